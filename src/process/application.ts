import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule, DatabaseLocation } from '../app.module';
import { configure, createAdapter } from '../app.setup';
import { RequestDurations } from '../common/http/request-durations';
import { NestLogger } from '../common/program/logger';
import { refusalToListen } from './require-port';
import { AppConfig } from '../platform/config/app-config';

/** Composes the application over a database that is ready. */
export async function createApplication(
  config: AppConfig,
  database: DatabaseLocation,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const durations = new RequestDurations();
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.forRoot(config, database, durations),
    createAdapter(logger, config, durations),
    // Nest's own body parsers take forms as well as JSON.
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  await configure(app);
  return app;
}

/**
 * Answers the URL that it listens on.
 *
 * @throws StartupError when the port or the host cannot be had.
 */
export async function listen(app: NestFastifyApplication, config: AppConfig): Promise<string> {
  const port = config.get('PORT');
  const host = config.get('HOST');
  try {
    // Fastify's own: Nest's logs a failure before it throws it.
    return await app.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    throw refusalToListen(error, host, port);
  }
}
