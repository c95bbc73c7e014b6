import type { Logger } from 'pino';
import type { AppConfig } from '../../platform/config/app-config';

/** How many processes serve requests: WORKERS, and one where the cache is in a process's own memory. */
export function countProcesses(config: AppConfig, logger: Logger): number {
  const workers = config.get('WORKERS');
  if (workers === 1 || config.get('REDIS_URL')) return workers;
  logger.warn(
    `WORKERS=${workers} needs REDIS_URL, because the processes must share a cache: one process serves`,
  );
  return 1;
}
