import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Whether all connections of the pool are in use, so that the next request for one has to wait. */
export function isUsedUp({ driver }: DataSource): boolean {
  const { master: pool } = driver as unknown as { master: Pool };
  return pool.idleCount <= pool.waitingCount && pool.totalCount >= pool.options.max;
}
