import type { Client } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { insert } from '../../../test/builders/insert';
import { aStation } from '../../../test/builders/network';
import { afterFile } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { PreparingClient } from '../../platform/postgres/preparing-client';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { TapsRepository } from './taps.repository';

const NOW = new Date('2026-11-20T12:00:00Z');
/** Of each kind that is looked for, beside those that are. */
const OTHERS = 1_000;

let client: Client;
let dataSource: DataSource;
let taps: TapsRepository;
let card: { card_id: number; card_number: string };
let device: number;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    poolSize: 1,
    extra: { types: valueParsers, Client: PreparingClient },
  }).initialize();
  afterFile(() => dataSource.destroy());
  taps = new TapsRepository(dataSource);
  const { station_id } = await aStation(client);
  ({ validator_id: device } = await insert<{ validator_id: number }>(client, 'validators', {
    number: 'V-1',
    station_id,
  }));
  const { account_id } = await insert<{ account_id: number }>(client, 'accounts', { kind: 'card' });
  card = await insert(client, 'cards', {
    account_id,
    card_number: '1010000000000018',
    acquisition_date: '2020-01-01',
    updated_at: NOW,
  });
});

/** What a batch brings, and how many rows of taps PostgreSQL read for it. */
async function counting<Result>(
  read: (manager: EntityManager) => Promise<Result>,
): Promise<[Result, number]> {
  return dataSource.transaction(async (manager) => {
    await taps.lookUpByIndex(manager);
    const readSoFar = async (): Promise<number> => {
      const [{ rows }] = await manager.query<[{ rows: number }]>(
        `SELECT (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS rows
         FROM pg_stat_xact_user_tables WHERE relname = 'taps'`,
        [],
      );
      return rows;
    };
    const before = await readSoFar();
    const result = await read(manager);
    return [result, (await readSoFar()) - before];
  });
}

it('a batch reads the taps that it asks for and no others, over a connection that planned that while there were none', async () => {
  const known = () => counting((manager) => taps.findKnown(manager, device, [7]));
  const lonely = () => counting((manager) => taps.findLonelyExits(manager, [card.card_number], NOW));
  await client.query('VACUUM (ANALYZE) taps');
  // The plans of the sixth call are kept.
  for (let call = 1; call <= 6; call += 1) {
    expect(await known()).toEqual([[], 0]);
    expect(await lonely()).toEqual([[], 0]);
  }

  await client.query(
    `INSERT INTO taps (validator_id, sequence, kind, decision, card_number, tapped_at, corrected_at, received_at, outcome, card_id)
     SELECT $1, n, kind, 'accepted', 'n' || n, $2, $2, $2, 'rated', CASE n WHEN ${OTHERS} THEN $3 ELSE $3 + n END
     FROM generate_series(1, 2 * ${OTHERS}) AS n, LATERAL (SELECT CASE WHEN n <= ${OTHERS} THEN 'exit' ELSE 'entry' END) AS kinds (kind)`,
    [device, NOW, card.card_id],
  );

  const [found, read] = await known();
  expect([found.map(({ sequence }) => sequence), read]).toEqual([[7], 1]);
  const [exits, readForExits] = await lonely();
  expect([exits.map(({ sequence }) => sequence), readForExits]).toEqual([[OTHERS], 1]);
});
