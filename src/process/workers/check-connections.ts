import type { Logger } from 'pino';
import type { AppConfig } from '../../platform/config/app-config';
import { countConnections, reasonOf } from '../../platform/postgres/server';

/** Of each process beside its pool: one looks at the cache's epoch, two change it. */
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
    logger.warn(`how many connections the database has is not known: ${reasonOf(error)}`);
    return Infinity;
  });
  if (most <= available) return;
  logger.warn(
    `${workers} workers may take ${most} connections and the database has ${available}: lower WORKERS or DATABASE_POOL_SIZE, or raise max_connections`,
  );
}
