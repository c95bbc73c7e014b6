import { connect } from '../../../test/builders/connect';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { verifyLedgerIn } from './verify-ledger';

const CARDS = 1_000;

describe('the checks of the whole ledger', () => {
  it('read each table some times, however many rows have to be compared', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const client = await connect(database.url);
    afterTest(() => client.end());
    // What PostgreSQL knows of its tables is always older than the newest rows.
    await client.query('VACUUM ANALYZE');
    // Cards that were blocked while no device asked for the hotlist: each is noted, and none is listed yet.
    await client.query(
      `WITH card_accounts AS (INSERT INTO accounts (kind) SELECT 'card' FROM generate_series(1, ${CARDS}) RETURNING account_id)
       INSERT INTO cards (account_id, card_number, status, acquisition_date, updated_at)
       SELECT account_id, account_id::text, 'blocked', '2020-01-01', now() FROM card_accounts`,
    );
    const verifier = await connect(database.url);
    afterTest(() => verifier.end());
    await verifier.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const broken: string[] = [];
    for await (const { name, count } of verifyLedgerIn(verifier)) if (count > 0) broken.push(name);
    const { rows } = await verifier.query<{ relname: string; read: number }>(
      `SELECT relname, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS read FROM pg_stat_xact_user_tables
       WHERE coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) > ${20 * CARDS}`,
    );
    expect(broken).toEqual([]);
    expect(rows).toEqual([]);
    const { rows: noted } = await client.query('SELECT count(*)::int AS cards FROM device_list_changes');
    expect(noted).toEqual([{ cards: CARDS }]);
  });
});
