import type { Logger } from 'pino';
import type { AppConfig } from '../../platform/config/app-config';
import { countConnections, reasonOf } from '../../platform/postgres/server';

/** Each process has three connections beside its pool: one reads the cache's epoch, two change it. */
const CONNECTIONS_BESIDE_POOL = 3;

/** Says so when the workers may take more connections than the database has, or when it does not say how many it has. */
export async function checkConnections(
  workers: number,
  databaseUrl: string,
  config: AppConfig,
  logger: Logger,
): Promise<void> {
  const most = workers * (config.get('DATABASE_POOL_SIZE') + CONNECTIONS_BESIDE_POOL);
  const available = await countConnections(databaseUrl).catch((error: unknown) => {
    logger.warn(`cannot find out how many connections the database allows: ${reasonOf(error)}`);
    return Infinity;
  });
  if (most <= available) return;
  logger.warn(
    `${workers} workers may open ${most} connections, and the database allows ${available}: lower WORKERS or DATABASE_POOL_SIZE, or raise max_connections`,
  );
}
