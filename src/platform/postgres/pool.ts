import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Whether all connections of the pool are in use, so that the next request for one has to wait. */
export function isUsedUp({ driver }: DataSource): boolean {
  const { master: pool } = driver as unknown as { master: Pool };
  return pool.idleCount <= pool.waitingCount && pool.totalCount >= pool.options.max;
}

/** How many connections the pool may have, and what becomes of them at the moment. */
export function poolFigures({ driver }: DataSource): {
  readonly size: number;
  readonly in_use: number;
  readonly idle: number;
  readonly waiting: number;
} {
  const { master: pool } = driver as unknown as { master: Pool };
  const { totalCount, idleCount, waitingCount } = pool;
  return { size: pool.options.max, in_use: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
