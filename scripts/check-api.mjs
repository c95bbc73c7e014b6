import { readFileSync } from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { describeService } from './describe-service.mjs';

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
