import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { Connection } from './connection';
import { cut } from './cut';

/** Ends all connections of a pool that are not to the server of this incarnation. */
export function leaveOthers(pool: Pool, incarnation: string): void {
  const { _clients: clients } = pool as Pool & { readonly _clients: readonly (PoolClient & Connection)[] };
  for (const client of [...clients]) {
    // One that is being opened does not know yet where it leads.
    if (client.incarnation !== null && client.incarnation !== incarnation) cut(client);
  }
}

export function poolOf({ driver }: DataSource): Pool {
  return (driver as unknown as { readonly master: Pool }).master;
}

/** Whether all connections of the pool are in use, so that the next request for one has to wait. */
export function isUsedUp(dataSource: DataSource): boolean {
  const pool = poolOf(dataSource);
  return pool.idleCount <= pool.waitingCount && pool.totalCount >= pool.options.max;
}

/** How many connections the pool may have, and what becomes of them at the moment. */
export function poolFigures(dataSource: DataSource): {
  readonly size: number;
  readonly in_use: number;
  readonly idle: number;
  readonly waiting: number;
} {
  const pool = poolOf(dataSource);
  const { totalCount, idleCount, waitingCount } = pool;
  return { size: pool.options.max, in_use: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}
