import { connect } from '../../../test/builders/connect';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { verifyLedgerIn } from './verify-ledger';

const CARDS = 2_000;

describe('the checks of the whole ledger', () => {
  it('read each table some times, however many rows have to be compared', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const client = await connect(database.url);
    afterTest(() => client.end());
    await client.query(
      `WITH card_accounts AS (INSERT INTO accounts (kind) SELECT 'card' FROM generate_series(1, ${CARDS}) RETURNING account_id)
       INSERT INTO cards (account_id, card_number, acquisition_date, updated_at)
       SELECT account_id, account_id::text, '2020-01-01', now() FROM card_accounts`,
    );
    await client.query(
      `INSERT INTO device_list_members (list, member, version, is_listed, changed_at)
       SELECT 'hotlist', card_number, card_id, true, now() FROM cards`,
    );
    // What PostgreSQL knows of its tables is older than their newest rows: each of these cards is noted for the hotlist.
    await client.query('VACUUM ANALYZE');
    await client.query(`DELETE FROM device_list_members`);
    await client.query(`UPDATE cards SET status = 'blocked'`);
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
