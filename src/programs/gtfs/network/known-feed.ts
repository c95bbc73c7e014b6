import type { Client } from 'pg';

/** A feed that is in the database. */
export interface KnownFeed {
  readonly feedId: number;
  readonly name: string;
}

export async function findFeed(target: Client, name: string): Promise<KnownFeed | null> {
  const { rows } = await target.query<KnownFeed>(
    'SELECT feed_id AS "feedId", name FROM feeds WHERE name = $1',
    [name],
  );
  return rows[0] ?? null;
}

export async function createFeed(target: Client, name: string): Promise<KnownFeed> {
  const { rows } = await target.query<KnownFeed>(
    'INSERT INTO feeds (name) VALUES ($1) RETURNING feed_id AS "feedId", name',
    [name],
  );
  if (!rows[0]) throw new Error('the feed has no id');
  return rows[0];
}
