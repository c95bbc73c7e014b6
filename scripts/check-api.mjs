import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { buildIfNeeded } from './build.mjs';

const require = createRequire(import.meta.url);

/** The OpenAPI document, made from the modules alone: nothing is started, no database is asked. */
async function describeService() {
  await buildIfNeeded();
  // The copies of the packages that the application itself has.
  const packages = require('../dist/packages.js');
  packages['reflect-metadata']();
  const { NestFactory } = packages['@nestjs/core']();
  const { AppModule } = require('../dist/app.module.js');
  const { createAdapter } = require('../dist/app.setup.js');
  const { AppConfig } = require('../dist/platform/config/app-config.js');
  const { parseEnvironment } = require('../dist/platform/config/environment.js');
  const { describeApi } = require('../dist/platform/documentation/openapi.js');
  const config = new AppConfig(parseEnvironment({}));
  const module = AppModule.forRoot(config, { url: 'postgres://nobody@nowhere/none' });
  const options = { preview: true, logger: false, abortOnError: false };
  const logger = packages.pino()({ level: 'silent' });
  return describeApi(await NestFactory.create(module, createAdapter(logger, config), options));
}

async function askSpectral(document) {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [spectralRulesets.oas] });
  const findings = await spectral.run(document);
  return findings.map(({ code, path, message }) => `Spectral ${code} at ${path.join(' ')}: ${message}`);
}

async function askRedocly(document) {
  const config = await createConfig({ extends: ['recommended'] });
  const source = JSON.stringify(document);
  const findings = await lintFromString({ source, config, absoluteRef: '/openapi.json' });
  return findings.map(
    ({ ruleId, location, message }) => `Redocly ${ruleId} at ${location[0]?.pointer ?? '#'}: ${message}`,
  );
}

const [file] = process.argv.slice(2);
const document = file ? JSON.parse(readFileSync(file, 'utf8')) : await describeService();
const complaints = [...(await askRedocly(document)), ...(await askSpectral(document))];
complaints.forEach((complaint) => console.error(complaint));
console.log(
  complaints.length === 0
    ? 'The OpenAPI document passes the default rules of Spectral and Redocly.'
    : `${complaints.length} complaints about the OpenAPI document.`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;
