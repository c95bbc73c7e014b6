import type { ClientBase } from 'pg';
import type { Head } from './seal-file';
import type { SealedSource } from './sealed-source';
import type { ChainBreak } from './verify-chain';

/** How many heads one statement finds. */
const HEADS = 1_000;

/**
 * Compares a chain with its heads that were kept outside the database. The owner of the database could compute a chain again, or
 * remove its end, but cannot change those heads. Each kind of break is named once, at its first place.
 *
 * @param heads in any order. Heads of other chains are ignored.
 */
export async function* verifyHeads(
  client: ClientBase,
  { name }: SealedSource,
  heads: AsyncIterable<Head> | Iterable<Head>,
): AsyncGenerator<ChainBreak> {
  let compared = 0;
  let lastRight = 0;
  let firstOther = Infinity;
  let firstMissing = Infinity;
  for await (const batch of batchesOf(heads, name)) {
    const { rows } = await client.query<{ number: number; digest: Buffer }>(
      'SELECT seal_number AS number, digest FROM seals WHERE source = $1 AND seal_number = ANY ($2)',
      [name, batch.map(({ seal }) => seal)],
    );
    const stored = new Map(rows.map(({ number, digest }) => [number, digest.toString('hex')]));
    compared += batch.length;
    for (const { seal, digest } of batch) {
      const known = stored.get(seal);
      if (known === digest) lastRight = Math.max(lastRight, seal);
      else if (known === undefined) firstMissing = Math.min(firstMissing, seal);
      else firstOther = Math.min(firstOther, seal);
    }
  }
  if (compared === 0 && (await hasSeals(client, name)))
    yield { seal: 0, what: 'no head of this chain was kept outside: nothing was compared' };
  if (firstOther < Infinity)
    yield {
      seal: firstOther,
      what: `the head that was kept outside is another one: seals and rows were rewritten${lastRight > 0 && lastRight < firstOther ? ` after seal ${lastRight}` : ' here or before'}`,
    };
  if (firstMissing < Infinity)
    yield {
      seal: firstMissing,
      what: 'the head was kept outside, and the seal is missing: the end of the chain was cut off',
    };
}

async function hasSeals(client: ClientBase, name: string): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM seals WHERE source = $1 LIMIT 1', [name]);
  return rows.length > 0;
}

/** Returns the number of the seal with this digest (in hexadecimal), or null. */
export async function findHead(
  client: ClientBase,
  { name }: SealedSource,
  digest: string,
): Promise<number | null> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT seal_number AS number FROM seals WHERE source = $1 AND digest = decode($2, 'hex')`,
    [name, digest],
  );
  return rows[0]?.number ?? null;
}

async function* batchesOf(
  heads: AsyncIterable<Head> | Iterable<Head>,
  source: string,
): AsyncGenerator<Head[]> {
  let batch: Head[] = [];
  for await (const head of heads) {
    if (head.source === source) batch.push(head);
    if (batch.length < HEADS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
