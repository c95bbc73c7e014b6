import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** Whether every connection that the pool may have is in use, so that who asks for one now has to wait. */
export function isUsedUp({ driver }: DataSource): boolean {
  const { master: pool } = driver as unknown as { master: Pool };
  return pool.idleCount <= pool.waitingCount && pool.totalCount >= pool.options.max;
}
