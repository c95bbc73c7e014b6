import { Connection } from '../../../src/platform/postgres/connection';

/** Each names what a write looks up, in the order of the index that it is looked up by. */
const LOOKUPS = [
  'SELECT count(balance) FROM cards WHERE card_id > 0',
  'SELECT count(kind) FROM accounts WHERE account_id > 0',
  'SELECT count(rider_category) FROM users WHERE user_id > 0',
  'SELECT count(*) FROM recharges WHERE card_id > 0',
  'SELECT count(*) FROM postings WHERE card_id > 0',
  'SELECT count(*) FROM trips WHERE card_id > 0',
];

/**
 * Brings into memory what a server in use has there: a turn of a few seconds meets each of a million cards at most once,
 * and would measure the disk. What is read by an index stays in PostgreSQL's memory, a table read as a whole in the
 * system's.
 */
export async function warm(url: string): Promise<void> {
  const client = new Connection({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT count(fare_amount) FROM trips');
    await client.query('SET enable_seqscan = off; SET enable_bitmapscan = off');
    for (const lookup of LOOKUPS) await client.query(lookup);
  } finally {
    await client.end();
  }
}
