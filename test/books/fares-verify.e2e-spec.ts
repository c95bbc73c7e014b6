import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { FareDifference } from '../../src/programs/verify-fares/difference';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { connect } from '../builders/connect';
import { afterFile } from '../setup/after-test';
import { copyDatabase, createDatabase, type TestDatabase } from '../setup/database';
import { fareDifferences } from '../setup/fares';

const TIME_ZONE = 'America/Bogota';
const PROGRAM = join(__dirname, '..', '..', 'dist', 'programs', 'verify-fares', 'main.js');

/** Runs the built program with this database. */
function run(url: string): Promise<{ exitCode: number; output: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: url };
  return new Promise((done) => {
    execFile(process.execPath, [PROGRAM], { env }, (error, stdout, stderr) =>
      done({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr }),
    );
  });
}

describe('npm run fares:verify', () => {
  let city: TestDatabase;
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    city = await createDatabase();
    afterFile(() => city.drop());
    const now = new Date('2026-03-11T20:00:00Z');
    await seedDemonstration(city.url, { now, timeZone: TIME_ZONE, cards: 200, trips: 2_000 });
  });

  beforeEach(async () => {
    database = await copyDatabase(city);
    client = await connect(database.url);
  });

  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  const differences = (): Promise<FareDifference[]> => fareDifferences(database.url);

  /** A transfer whose anchor has no other. */
  async function aTransfer(): Promise<{ trip_id: number; anchor_trip_id: number }> {
    const { rows } = await client.query<{ trip_id: number; anchor_trip_id: number }>(
      `SELECT min(trip_id) AS trip_id, anchor_trip_id FROM trips WHERE is_transfer
       GROUP BY anchor_trip_id HAVING count(*) = 1 ORDER BY trip_id LIMIT 1`,
    );
    const [found] = rows;
    if (!found) throw new Error('the city has no transfer');
    return found;
  }

  it('decides every fare again, and finds it right', async () => {
    const { exitCode, output } = await run(database.url);
    expect(output).toMatch(
      /^Checked 2000 trips of \d+ cards\. 0 imported trips have no decision to check\.\nThe fares are right\.\n$/,
    );
    expect(exitCode).toBe(0);
  });

  it('says which fare is wrong, what it should have been, and exits with 1', async () => {
    const { trip_id } = await aTransfer();
    await client.query('UPDATE trips SET fare_amount = 50, passback = true WHERE trip_id = $1', [trip_id]);

    const { exitCode, output } = await run(database.url);

    expect(output).toContain(
      `"stored":{"fare_amount":50,"passback":true},"decided":{"fare_amount":0,"passback":false}}\n`,
    );
    expect(output).toContain('The fares are wrong. Rows that differ: 1.');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['fare_amount', 'fare_amount + 1'],
    ['base_price', 'base_price + 1'],
    ['fare_reason', `'same_route'`],
    ['concession', `CASE WHEN concession IS NULL THEN 'quota_used' END`],
    ['capped', 'NOT capped'],
    ['anchor_trip_id', 'anchor_trip_id + 1'],
    ['transfers_used', 'transfers_used + 1'],
    ['transfers_left', 'coalesce(transfers_left, 0) + 1'],
    ['window_ends_at', `coalesce(window_ends_at, now()) + interval '1 s'`],
    ['on_credit', 'NOT on_credit'],
  ])('looks at %s', async (column, value) => {
    await client.query('ALTER TABLE trips DROP CONSTRAINT trips_explained_check');
    await client.query(`UPDATE trips SET ${column} = ${value} WHERE trip_id = 500`);

    expect(await differences()).toEqual([
      expect.objectContaining({ trip_id: 500, stored: { [column]: expect.anything() as unknown } }),
    ]);
  });

  it('looks at the rules of the time, and at who rode', async () => {
    await client.query(`DELETE FROM tariffs WHERE component = 'zonal' AND valid_from = '2026-01-14'`);
    const zonal = await client.query(`SELECT FROM trips WHERE fare_product = 'zonal' AND NOT is_transfer`);
    expect((await differences()).length).toBeGreaterThan(zonal.rows.length / 2);
  });

  it('takes an imported trip for an earlier boarding, and decides nothing about it', async () => {
    const { trip_id, anchor_trip_id } = await aTransfer();
    const forget = `UPDATE trips SET fare_reason = NULL, base_price = NULL, concession = NULL, anchor_trip_id = NULL,
                    transfers_used = NULL, fare_product = 'Pasaje', fare_amount = 7 WHERE trip_id = $1`;
    await client.query(forget, [anchor_trip_id]);

    expect(await differences()).toEqual([]);
    await client.query('DELETE FROM trips WHERE trip_id = $1', [anchor_trip_id]);
    expect((await differences()).map((difference) => difference.trip_id)).toContain(trip_id);
  });

  it('is not misled by a route that has become one of another kind', async () => {
    await client.query(`UPDATE routes SET route_type = 'ZONAL_UCE' WHERE route_type = 'TRONCAL'`);
    expect(await differences()).toEqual([]);
  });

  it('looks for credit for each boarding that ended below zero', async () => {
    const { rows } = await client.query('SELECT FROM trips WHERE on_credit');
    await client.query(`UPDATE fare_limits SET value = 0 WHERE limit_name = 'credit_boardings'`);

    const refused = (await differences()).filter(({ decided }) => decided.refused);

    expect(refused.length).toBe(rows.length);
    expect(refused.length).toBeGreaterThan(0);
  });

  it("gives a card that is nobody's no credit", async () => {
    const { rows } = await client.query<{ trip_id: number }>(
      `WITH basic AS (UPDATE cards SET user_id = NULL
                      WHERE card_id = (SELECT min(card_id) FROM trips WHERE on_credit) RETURNING card_id)
       SELECT trip_id FROM trips JOIN basic USING (card_id) WHERE on_credit`,
    );
    const refused = (await differences()).filter(({ decided }) => decided.refused);

    expect(rows).not.toEqual([]);
    expect(refused.map(({ trip_id }) => trip_id)).toEqual(rows.map(({ trip_id }) => trip_id));
  });

  it.each([
    ['credit_used', '1 - credit_used % 2'],
    ['credit_used_at', `credit_used_at + interval '1 s'`],
    ['credit_limit', 'credit_limit + 1'],
  ])('looks at %s of a card that rode on credit', async (column, value) => {
    const { rows } = await client.query<{ card_id: number }>(
      `UPDATE cards SET ${column} = ${value}
       WHERE card_id = (SELECT max(card_id) FROM cards WHERE credit_used_at IS NOT NULL) RETURNING card_id`,
    );

    expect(await differences()).toEqual([expect.objectContaining({ trip_id: null, ...rows[0] })]);
  });

  it('looks at a card that never rode on credit', async () => {
    const { rows } = await client.query<{ card_id: number }>(
      `UPDATE cards SET credit_used = 1, credit_used_at = now()
       WHERE card_id = (SELECT min(card_id) FROM cards WHERE credit_used_at IS NULL) RETURNING card_id`,
    );

    expect(await differences()).toEqual([expect.objectContaining({ trip_id: null, ...rows[0] })]);
  });
});
