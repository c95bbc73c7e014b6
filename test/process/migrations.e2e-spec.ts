import { DataSource } from 'typeorm';
import { migrations } from '../../src/platform/postgres/data-source';
import { migrate } from '../../src/platform/postgres/migrate';
import { planMigrations } from '../../src/platform/postgres/migration-plan';
import { nameContains } from '../../src/common/search/name-search';
import { sqlState } from '../../src/common/http/problem/database-errors';
import { LONGEST } from '../../src/common/text/lengths';
import { connect } from '../builders/connect';
import { aLocality, aRoute, aStation } from '../builders/network';
import { afterTest } from '../setup/after-test';
import { createDatabaseIn, createEmptyDatabase, execute, type TestDatabase } from '../setup/database';
import { startService } from '../setup/service';
import { until } from '../setup/until';

const CHECK_VIOLATION = '23514';

/** What the service and its programs allow in each column. */
const longestOfColumns = {
  'locations.name': LONGEST.name,
  'locations.description': LONGEST.message,
  'concessionaires.feed_code': LONGEST.name,
  'concessionaires.name': LONGEST.name,
  'feeds.name': LONGEST.feed,
  'depots.name': LONGEST.name,
  'depots.address': LONGEST.address,
  'depots.depot_type': LONGEST.code,
  'vehicles.license_plate': LONGEST.operatorNumber,
  'vehicles.vehicle_type': LONGEST.code,
  'vehicles.technology': LONGEST.code,
  'drivers.employee_id': LONGEST.operatorNumber,
  'drivers.first_name': LONGEST.personName,
  'drivers.last_name': LONGEST.personName,
  'drivers.license_number': LONGEST.operatorNumber,
  'stations.feed_code': LONGEST.name,
  'stations.name': LONGEST.name,
  'stations.station_code': LONGEST.code,
  'stations.station_type': LONGEST.code,
  'stations.address': LONGEST.address,
  'routes.feed_code': LONGEST.name,
  'routes.route_code': LONGEST.code,
  'routes.route_name': LONGEST.name,
  'recharge_points.name': LONGEST.name,
  'recharge_points.address': LONGEST.address,
  'recharge_points.operator': LONGEST.name,
  'alerts.alert_type': LONGEST.alertType,
  'alerts.message': LONGEST.message,
  'station_destinations.aggregation_period': LONGEST.code,
  'users.first_name': LONGEST.personName,
  'users.last_name': LONGEST.personName,
  'users.email': LONGEST.email,
  'users.id_number': LONGEST.idNumber,
  'users.contact_number': LONGEST.idNumber,
  'users.residential_address': LONGEST.address,
  'users.city_of_birth': LONGEST.personName,
  'accounts.channel': LONGEST.code,
  'cards.card_number': LONGEST.cardNumber,
  'imported_fares.fare_type': LONGEST.code,
  'imported_fares.description': LONGEST.message,
  'recharges.transaction_id': LONGEST.transactionId,
  'recharge_transactions.transaction_id': LONGEST.transactionId,
  'recharge_reversals.reason': LONGEST.reason,
  'trips.fare_product': LONGEST.code,
  'trips.transfer_group_id': LONGEST.code,
  'device_list_members.member': LONGEST.cardNumber,
};

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
  afterTest(() => database.drop());
});

/** Everything in the schema, a line each, with its definition; the table of migrations themselves left out. */
async function schemaOf({ url }: TestDatabase): Promise<string[]> {
  const client = await connect(url);
  const { rows } = await client.query<{ line: string }>(`
    SELECT 'relation ' || relname || ' ' || relkind::text || ' ' || coalesce(pg_get_partkeydef(oid), '') || ' '
             || coalesce(pg_get_expr(relpartbound, oid), '') AS line
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND oid NOT IN (
      SELECT indexrelid FROM pg_index WHERE indrelid = to_regclass('schema_migrations'))
    UNION ALL SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' '
             || attnotnull::text || ' ' || attidentity::text || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'index ' || pg_get_indexdef(indexrelid)
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'function ' || pg_get_functiondef(oid)
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'type ' || typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
    ORDER BY 1`);
  await client.end();
  return rows.map(({ line }) => line).filter((line) => !line.includes('schema_migrations'));
}

async function recordsOf({ url }: TestDatabase): Promise<unknown[]> {
  const client = await connect(url);
  const { rows } = await client.query<Record<string, unknown>>(
    'SELECT *, xmin FROM schema_migrations ORDER BY id',
  );
  await client.end();
  return rows;
}

/** Runs the migrations up to the nth, or undoes the last one that ran. */
async function withMigrations(
  count: number,
  run: (dataSource: DataSource) => Promise<unknown>,
): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: database.url,
    migrations: migrations.slice(0, count),
    migrationsTableName: 'schema_migrations',
  });
  await dataSource.initialize();
  await run(dataSource);
  await dataSource.destroy();
}

describe('the migrations', () => {
  it('are undone exactly, one by one, to an empty schema, and run again to the same', async () => {
    const before: string[][] = [];
    for (let count = 1; count <= migrations.length; count += 1) {
      before.push(await schemaOf(database));
      await withMigrations(count, (dataSource) => dataSource.runMigrations({ transaction: 'each' }));
    }
    const whole = await schemaOf(database);

    for (let count = migrations.length; count >= 1; count -= 1) {
      await withMigrations(count, (dataSource) => dataSource.undoLastMigration());
      expect(await schemaOf(database)).toEqual(before[count - 1]);
    }
    expect(before[0]).toEqual([]);

    await migrate(database.url);
    expect(await schemaOf(database)).toEqual(whole);
  });

  it('are planned as the SQL that they run, by which nothing is changed', async () => {
    const planned = await planMigrations(database.url);
    expect(planned.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    expect(await schemaOf(database)).toEqual([]);
    const migrated = await createEmptyDatabase();
    afterTest(() => migrated.drop());
    await migrate(migrated.url);

    await withMigrations(0, (dataSource) => dataSource.runMigrations());
    for (const [index, { name, sql }] of planned.entries()) {
      if (sql.includes('depends on rows')) {
        await withMigrations(index + 1, (dataSource) => dataSource.runMigrations({ transaction: 'each' }));
        continue;
      }
      await execute(database.url, sql);
      const timestamp = /\d{13}$/.exec(name)?.[0];
      await execute(
        database.url,
        `INSERT INTO schema_migrations (timestamp, name) VALUES (${timestamp}, '${name}')`,
      );
    }
    expect(await schemaOf(database)).toEqual(await schemaOf(migrated));
    expect(await planMigrations(database.url)).toEqual([]);
  });

  it('change nothing in a database that has them', async () => {
    await migrate(database.url);
    const before = [await schemaOf(database), await recordsOf(database)];

    await migrate(database.url);

    expect([await schemaOf(database), await recordsOf(database)]).toEqual(before);
  });

  it('make way for those who would wait behind them, and come back', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('BoundedText'));
    await withMigrations(before, (dataSource) => dataSource.runMigrations());
    const [reader, other] = [await connect(database.url), await connect(database.url)];
    await reader.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await reader.query('SELECT count(*) FROM stations');
    const lines: string[] = [];

    const migrated = migrate(database.url, undefined, (line) => lines.push(line));
    await until('it makes way', () => lines.length > 0);
    // It would wait behind the migration for ever.
    await other.query('SELECT count(*) FROM stations');
    await reader.query('COMMIT');
    await migrated;

    expect(lines[0]).toContain('is in use');
    const { rows } = await other.query<{ count: number }>('SELECT count(*) AS count FROM schema_migrations');
    expect(rows).toEqual([{ count: migrations.length }]);
    await Promise.all([reader.end(), other.end()]);
  });

  it('bound text without a change to a row that is longer, and tidy what is found by its text', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('BoundedText'));
    await withMigrations(before, (dataSource) => dataSource.runMigrations());
    const client = await connect(database.url);
    afterTest(() => client.end());
    const long = 'Ñ'.repeat(600);
    const nameOf = async (name: string): Promise<unknown> => aStation(client, { name }).catch(sqlState);
    await aStation(client, { name: long, station_code: 'E\u0301 1' });
    await aStation(client, { name: 'Portal Américas', station_code: 'X' });
    await aStation(client, { name: 'Portal', station_code: 'X\u200b ' });
    await aLocality(client, { name: ' Usme\u00a0' });

    await migrate(database.url);

    const { rows: stations } = await client.query(
      'SELECT name, station_code FROM stations ORDER BY station_id',
    );
    expect(stations).toEqual([
      { name: long, station_code: 'É 1' },
      { name: 'Portal Américas', station_code: 'X' },
      { name: 'Portal', station_code: 'X\u200b ' },
    ]);
    expect((await client.query('SELECT name FROM locations')).rows).toEqual([{ name: 'Usme' }]);
    const found = await client.query(
      `SELECT station_code FROM stations WHERE ${nameContains('name', '$1')}`,
      ['MERIC'],
    );
    expect(found.rows).toEqual([{ station_code: 'X' }]);
    await client.query('UPDATE stations SET is_active = false');
    expect(await nameOf(long)).toMatchObject({ name: long });
    expect(await nameOf(`${long}Ñ`)).toBe(CHECK_VIOLATION);
    await expect(aRoute(client, [], { route_name: 'Ñ'.repeat(256) }).catch(sqlState)).resolves.toBe(
      CHECK_VIOLATION,
    );
  });

  it('bound times, and take those back to the year 9999 that went beyond it', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('Proofs'));
    await withMigrations(before, (dataSource) => dataSource.runMigrations({ transaction: 'each' }));
    await execute(
      database.url,
      `INSERT INTO alerts (alert_type, message, severity, start_time, end_time)
       SELECT 'A', 'A', 'INFO', start_time::timestamptz, end_time::timestamptz
       FROM (VALUES ('2026-03-01 00:00Z', '9999-12-31 23:59:59-12'), ('9999-12-31 23:59:59-12', NULL),
                    ('9999-12-31 13:00:00-12', '9999-12-31 14:00:00-12'), ('2026-03-01 00:00Z', '9999-12-31 00:00Z')
            ) AS given (start_time, end_time)`,
    );

    await migrate(database.url);

    const client = await connect(database.url);
    afterTest(() => client.end());
    const { rows } = await client.query(
      'SELECT start_time::text AS "from", end_time::text AS "to" FROM alerts ORDER BY alert_id',
    );
    const last = '9999-12-31 23:59:59+00';
    expect(rows).toEqual([
      { from: '2026-03-01 00:00:00+00', to: last },
      { from: last, to: null },
      { from: last, to: last },
      { from: '2026-03-01 00:00:00+00', to: '9999-12-31 00:00:00+00' },
    ]);
  });

  it('sum the totals of stations by their locality, and count them by station again when undone', async () => {
    const before = migrations.findIndex(({ name }) => name.startsWith('TotalsByLocality'));
    await withMigrations(before, (dataSource) => dataSource.runMigrations({ transaction: 'each' }));
    const client = await connect(database.url);
    afterTest(() => client.end());
    const { location_id } = await aLocality(client);
    const stations = [await aStation(client, { location_id }), await aStation(client, { location_id })];
    stations.push(await aStation(client));
    const route = await aRoute(client, stations);
    const rides = `
      INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
      SELECT 1, $1, station_id, '2026-01-01', 'closed_without_exit', 100, 'trunk' FROM stations, generate_series(1, 2)`;
    await client.query(`INSERT INTO accounts (account_id, kind) VALUES (900, 'card')`);
    await client.query(
      `INSERT INTO cards (card_id, account_id, card_number, acquisition_date, updated_at) VALUES (1, 900, 'N', now(), now())`,
    );
    await client.query(rides, [route.route_id]);
    await client.query('INSERT INTO trip_totals SELECT station_id, 2, 200 FROM stations');
    await client.query(`UPDATE totals_watermarks SET watermark = 6 WHERE source = 'trips'`);
    await client.query(rides, [route.route_id]);
    await client.query(`INSERT INTO open_trips SELECT 1, 1, '2026-01-01', min(station_id) FROM stations`);
    await client.query('INSERT INTO open_trip_counts SELECT boarding_station_id, 2 FROM open_trips');
    await client.query('INSERT INTO open_trip_changes SELECT boarding_station_id, -1 FROM open_trips');
    const byStation = 'SELECT boarding_station_id, trips, revenue FROM trip_totals ORDER BY 1';
    const { rows: known } = await client.query(byStation);

    await withMigrations(before + 1, (dataSource) => dataSource.runMigrations());

    const { rows } = await client.query('SELECT * FROM trip_totals ORDER BY location_id');
    expect(rows).toEqual([
      { location_id, trips: 4, open_trips: 2, revenue: 400 },
      { location_id: null, trips: 2, open_trips: 0, revenue: 200 },
    ]);
    await withMigrations(before + 1, (dataSource) => dataSource.undoLastMigration());
    expect((await client.query(byStation)).rows).toEqual(known);
    expect((await client.query('SELECT trips FROM open_trip_counts')).rows).toEqual([{ trips: 1 }]);
  });

  it('leave no text without a bound that is a name or an identifier', async () => {
    await migrate(database.url);
    const client = await connect(database.url);
    const { rows } = await client.query<{ unbounded: string }>(`
      SELECT a.attrelid::regclass || '.' || a.attname AS unbounded
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND atttypid = 'text'::regtype AND NOT attisdropped AND NOT EXISTS (
          SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c' AND attnum = ANY (conkey)
            AND pg_get_constraintdef(oid) ~ '^CHECK \\(\\((length\\(\\w+\\) <= \\d+|\\w+ = ANY )')
      ORDER BY 1`);
    await client.end();

    expect(rows.map(({ unbounded }) => unbounded)).toEqual([
      // Bounded by a pattern, or together with not being empty.
      'access_keys.client',
      'access_keys.created_by',
      'access_keys.key_id',
      'access_keys.name',
      'access_keys.successor',
      // Bounded by who adds entries: PostgreSQL would parse a constraint again with each of them.
      'audit_entries.address',
      'audit_entries.client',
      'audit_entries.key_id',
      'audit_entries.object_id',
      'audit_entries.object_kind',
      'audit_entries.operation',
      'audit_entries.reason',
      'audit_entries.request_id',
      'audit_entries.role',
      // Words and texts of the service's own.
      'cache_epoch.redis_run_id',
      'clients.client',
      'idempotency_keys.body',
      // At most 255 characters of ASCII, which is what a header's value is checked for.
      'idempotency_keys.idempotency_key',
      'import_findings.reason',
      'import_findings.source_table',
      'import_tables.source_table',
      'imports.source',
      'posting_totals.kind',
      // It is one of accounts.
      'recharge_points.channel',
      'recharges.channel',
    ]);
  });

  it('bound as the edges do', async () => {
    await migrate(database.url);
    const client = await connect(database.url);
    const { rows } = await client.query<{ most: Record<string, number> }>(`
      SELECT json_object_agg(conrelid::regclass || '.' || attname, substring(pg_get_constraintdef(k.oid) FROM '<= (\\d+)')::int) AS most
      FROM pg_constraint k JOIN pg_attribute a ON attrelid = conrelid AND attnum = conkey[1]
      WHERE conname LIKE '%\\_length\\_check' AND coninhcount = 0`);
    await client.end();

    expect(rows[0]?.most).toEqual(longestOfColumns);
  });

  it('find trigrams as before, and of a text of any length', async () => {
    await migrate(database.url);
    const client = await connect(database.url);
    afterTest(() => client.end());
    const texts = ['', 'a', 'ab', 'abc', 'aaaa', 'avenida 😀 ñuñoa', ' a b ', "'\\%_"];

    const { rows } = await client.query(
      `SELECT given FROM unnest($1::text[]) AS given
       WHERE ARRAY(SELECT unnest(trigrams(given)) ORDER BY 1) IS DISTINCT FROM
         ARRAY(SELECT DISTINCT substr(given, place, 3) FROM generate_series(1, length(given) - 2) place ORDER BY 1)`,
      [texts],
    );

    expect(rows).toEqual([]);
    // A step for each pair of letters would be 10^12 steps.
    const { rows: counted } = await client.query(
      `SELECT cardinality(trigrams(repeat('ñandú ', 150000))) AS found`,
    );
    expect(counted).toEqual([{ found: 6 }]);
  });

  it('leave a database alone that is not in UTF8: the service says so in one line, and ends', async () => {
    const other = await createDatabaseIn('LATIN1');
    afterTest(() => other.drop());

    const start = startService({ databaseUrl: other.url });

    await expect(start).rejects.toThrow(
      /ended \(1\) before it was ready:\n[^\n]*has the encoding LATIN1, and UTF8 is needed[^\n]*\n$/,
    );
    expect(await schemaOf(other)).toEqual([]);
  });

  it('run once when several processes start at the same time on an empty database', async () => {
    const services = await Promise.all([1, 2, 3].map(() => startService({ databaseUrl: database.url })));
    await Promise.all(services.map((service) => service.stop()));

    expect(await recordsOf(database)).toHaveLength(migrations.length);
  });
});
