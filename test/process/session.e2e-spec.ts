import { Client } from 'pg';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { migrate } from '../../src/platform/postgres/migrate';
import { aRoute, aStation } from '../builders/network';
import { connect } from '../builders/connect';
import { aCard, aUser } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { type Answer, ask, post } from '../setup/api';
import { createDatabase, createEmptyDatabase, execute, type TestDatabase } from '../setup/database';
import { ImportProgram } from '../setup/import-program';
import { runLedgerVerify } from '../setup/ledger';
import { startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

/** Everything that changes how values are written, what names mean, or what a transaction sees, set as badly as it goes. */
const PERVERSE: Readonly<Record<string, string>> = {
  search_path: 'shadow, public',
  DateStyle: 'SQL, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Pacific/Chatham',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  quote_all_identifiers: 'on',
  array_nulls: 'off',
  transform_null_equals: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  statement_timeout: '500',
  lock_timeout: '1',
  idle_in_transaction_session_timeout: '500',
  idle_session_timeout: '500',
  gin_fuzzy_search_limit: '1',
  exit_on_error: 'on',
  client_min_messages: 'debug5',
  client_encoding: 'LATIN1',
  row_security: 'on',
};

/** A schema in front of ours that has what our statements and functions name. */
const SHADOW = `
  CREATE SCHEMA shadow;
  CREATE TABLE shadow.cards (card_id bigint, balance bigint);
  CREATE TABLE shadow.idempotency_keys (idempotency_key text);
  CREATE TABLE shadow.cache_epoch (epoch bigint);
  CREATE FUNCTION shadow.take_idempotency_key(text, int, timestamptz, OUT fingerprint bytea, OUT body text)
    LANGUAGE sql AS $$ SELECT NULL::bytea, '{}' $$;
  CREATE FUNCTION shadow.create_partitions_through(text, bigint) RETURNS void LANGUAGE sql AS $$ SELECT 1 / 0 $$;`;

async function pervert({ url }: TestDatabase): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const settings = Object.entries(PERVERSE).map(
    ([setting, value]) =>
      `ALTER DATABASE ${name} SET ${setting} = ${setting === 'search_path' ? value : `'${value}'`};`,
  );
  await execute(url, SHADOW + settings.join('\n'));
}

/** A connection as the operator's psql has it, without our settings. */
async function connectAsIs(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  afterTest(() => client.end());
  return client;
}

describe('a database whose settings are all otherwise', () => {
  it('charges, transfers and tells the time as ever, and its books are right', async () => {
    const database = await createEmptyDatabase();
    afterTest(() => database.drop());
    await pervert(database);
    const service = await startService({ databaseUrl: database.url });
    afterTest(() => service.stop());
    const client = await connect(database.url);
    afterTest(() => client.end());
    const stations = [await aStation(client), await aStation(client), await aStation(client)];
    const trunk = await aRoute(client, stations);
    const zonal = await aRoute(client, stations, { route_type: 'ZONAL_UCE' });
    const card_id = await aCard(service, 0, await aUser(service));
    const now = Date.now();

    const recharge = await post(
      service,
      '/recharges',
      { card_id, amount: 20_000, transaction_id: 'sesión 1' },
      { 'idempotency-key': 'session-1' },
    );
    const repeated = await post(
      service,
      '/recharges',
      { card_id, amount: 20_000, transaction_id: 'sesión 1' },
      { 'idempotency-key': 'session-1' },
    );
    const ride = (route_id: number, from: number): Promise<Answer<BoardingResponse>> =>
      post(service, '/trips/complete', {
        card_id,
        route_id,
        boarding_station_id: stations[from]?.station_id,
        disembarking_station_id: stations[2]?.station_id,
      });
    const first = await ride(zonal.route_id, 0);
    const second = await ride(trunk.route_id, 1);
    const { trip_id } = second.body;
    const reads = await Promise.all(
      [`/cards/${card_id}/history`, `/cards/${card_id}/balance`, `/trips/${trip_id}`].map((path) =>
        ask(service, path),
      ),
    );

    expect([recharge.status, repeated.text]).toEqual([201, recharge.text]);
    expect(first).toMatchObject({ status: 200, body: { fare_amount: 3_550, is_transfer: false } });
    expect(second).toMatchObject({ status: 200, body: { fare_amount: 0, is_transfer: true } });
    for (const { text } of reads) {
      const times = text.match(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g) ?? [];
      expect(times.length).toBeGreaterThan(0);
      for (const time of times) expect(Math.abs(Date.parse(time) - now)).toBeLessThan(4 * 3_600_000);
    }
    const env = { DATABASE_URL: database.url };
    expect(await runLedgerVerify(env)).toMatchObject({ exitCode: 0, broken: [] });
    const fares = await ImportProgram.start('.', [], env, 'programs/verify-fares/main.js').ended;
    expect(fares).toMatchObject({ code: 0, output: expect.stringContaining('Checked 2 trips') as string });
    const found = await connectAsIs(database.url);
    expect(
      (
        await found.query(`SELECT nspname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relname = 'trips'`)
      ).rows,
    ).toEqual([{ nspname: 'public' }]);
  });

  it('has functions that find their tables, whatever the path of their caller', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    await execute(database.url, SHADOW);
    const client = await connectAsIs(database.url);
    await client.query(`SET search_path = shadow`);

    await client.query(`INSERT INTO public.concessionaires (name) VALUES ('Operador')`);
    await client.query(`SELECT public.create_partitions_through('trips', 25000000)`);

    expect((await client.query(`SELECT to_regclass('public.trips_p2')::text AS made`)).rows).toEqual([
      { made: 'public.trips_p2' },
    ]);
    const { rows } = await client.query(
      `SELECT proname FROM pg_proc JOIN pg_language l ON l.oid = prolang
       WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'
         AND NOT coalesce(proconfig, '{}') @> '{"search_path=public, pg_temp"}'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('a database that cannot be used', () => {
  /** What a program says to it, and with which exit code. */
  async function told(url: string, program: string, args: readonly string[] = []): Promise<string> {
    const folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    const env = { DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'fatal' };
    const { code, output, errors } = await ImportProgram.start(folder, args, env, program).ended;
    return `${code} ${output}${errors}`;
  }

  it('is one line when the role may create nothing in public', async () => {
    const database = await createEmptyDatabase();
    afterTest(() => database.drop());
    const url = new URL(database.url);
    const name = url.pathname.slice(1);
    await execute(database.url, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC, pg_database_owner');

    expect(await told(url.href, 'main.js')).toMatch(
      /^1 travel-recharge: permission denied for schema public; .*GRANT USAGE, CREATE.*\n$/,
    );
    await execute(database.url, `REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC, current_user`);
    expect(await told(url.href, 'programs/seed/main.js')).toMatch(
      /^1 travel-recharge: cannot use the database at \S+: permission denied for database ".*"\n$/,
    );
    url.password = 'wrong';
    expect(await told(url.href, 'programs/verify-ledger/main.js')).toMatch(
      /^1 travel-recharge: cannot use the database at \S+: password authentication failed for user ".*"\n$/,
    );
  });

  it('is one line when its schema is newer, or not there yet, for whoever would read or change it', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    await execute(
      database.url,
      `INSERT INTO schema_migrations (timestamp, name) VALUES (1990000000001, 'Later1990000000001')`,
    );
    const newer =
      /^1 travel-recharge: the schema of the database is newer than this program, .*Later1990.*\n$/;

    expect(await told(database.url, 'programs/verify-fares/main.js')).toMatch(newer);
    await expect(migrate(database.url)).rejects.toThrow('Later1990000000001');
    await execute(database.url, `DELETE FROM schema_migrations WHERE timestamp > 1780000000005`);
    expect(await told(database.url, 'programs/verify-ledger/main.js')).toMatch(
      /^1 travel-recharge: .* is older than .*\n$/,
    );
    await execute(database.url, `DROP TABLE schema_migrations`);
    expect(
      await told(database.url, 'programs/gtfs/export-main.js', ['--at', '2026-03-01', '--out', 'fares']),
    ).toMatch(/^1 travel-recharge: the database has no tables of the service yet\n$/);
  });

  it('is used by the service beside a newer release, unless that took something away', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const later = (name: string): Promise<void> =>
      execute(
        database.url,
        `INSERT INTO schema_migrations (timestamp, name) VALUES (1990000000001, '${name}')`,
      );

    await later('Later1990000000001');
    const service = await startService({ databaseUrl: database.url });
    afterTest(() => service.stop());
    expect(service.output).toContain('the schema has Later1990000000001 of a newer release');

    await later('ContractLater1990000000001');
    expect(await told(database.url, 'main.js')).toMatch(
      /^1 travel-recharge: the schema .* is newer than this program, .*ContractLater1990.*\n$/,
    );
  });

  it("is one line when it is another program's", async () => {
    const database = await createEmptyDatabase();
    afterTest(() => database.drop());
    await execute(database.url, 'CREATE TABLE stations (station_id bigint)');

    expect(await told(database.url, 'programs/seed/main.js')).toMatch(
      /^1 travel-recharge: the schema .* relation "stations" already exists; DATABASE_URL must be .*\n$/,
    );
    await execute(
      database.url,
      'DROP TABLE schema_migrations; CREATE TABLE schema_migrations (version text)',
    );
    await expect(migrate(database.url)).rejects.toThrow(
      'schema_migrations of the database is that of another',
    );
  });

  it('is one line when its tables are in another schema', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    await execute(database.url, 'ALTER SCHEMA public RENAME TO travel; CREATE SCHEMA public');

    await expect(migrate(database.url)).rejects.toThrow('are in the schema travel');
  });
});
