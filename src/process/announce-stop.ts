import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import type { StopSignal } from '../common/program/stop-signal';
import { Readiness } from '../platform/health/readiness';

/**
 * Says that this process is about to stop, and answers everything for a while yet: `/health/ready` is 503, so that whoever
 * balances requests sends no more, and each response asks its caller to close the connection.
 *
 * @param delayMs SHUTDOWN_DELAY_MS.
 */
export async function announceStop(
  app: NestFastifyApplication,
  delayMs: number,
  stop: StopSignal,
  logger: Logger,
): Promise<void> {
  app.get(Readiness).leave();
  if (delayMs === 0) return;
  stop.allow(delayMs);
  logger.info(`stopping in ${delayMs} ms: until then requests are answered, and /health/ready is 503`);
  await sleep(delayMs);
}
