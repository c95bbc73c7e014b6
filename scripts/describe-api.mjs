import { createRequire } from 'node:module';
import { buildServiceIfNeeded } from './build.mjs';

const require = createRequire(import.meta.url);

/** The OpenAPI document, made from the modules alone: nothing is started, no database is asked. */
export async function describeService() {
  await buildServiceIfNeeded();
  // The copies of the packages that the application itself has.
  const load = require('../dist/load.cjs');
  load('reflect-metadata');
  const { NestFactory } = load('@nestjs/core');
  const { AppModule } = require('../dist/app.module.js');
  const { createAdapter } = require('../dist/app.setup.js');
  const { AppConfig } = require('../dist/platform/config/app-config.js');
  const { parseEnvironment } = require('../dist/platform/config/environment.js');
  const { describeApi } = require('../dist/platform/documentation/openapi.js');
  const config = new AppConfig(parseEnvironment({}));
  const module = AppModule.forRoot(config, { url: 'postgres://nobody@nowhere/none' });
  const options = { preview: true, logger: false, abortOnError: false };
  const logger = load('pino')({ level: 'silent' });
  return describeApi(await NestFactory.create(module, createAdapter(logger, config), options));
}
