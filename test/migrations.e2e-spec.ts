import { DataSource } from 'typeorm';
import { migrations } from '../src/database/data-source';
import { migrate } from '../src/database/migrate';
import { nameContains } from '../src/common/search/name-search';
import { connect } from './builders/connect';
import { insert } from './builders/insert';
import { afterTest } from './setup/after-test';
import { createEmptyDatabase, type TestDatabase } from './setup/database';
import { startService } from './setup/service';

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});

afterEach(async () => {
  await database.drop();
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

  it('change nothing in a database that has them', async () => {
    await migrate(database.url);
    const before = [await schemaOf(database), await recordsOf(database)];

    await migrate(database.url);

    expect([await schemaOf(database), await recordsOf(database)]).toEqual(before);
  });

  it('make names searchable in a database that is not in UTF-8 too', async () => {
    const client = await connect(database.url);
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const provider = (rows[0]?.version ?? 0) >= 150_000 ? 'LOCALE_PROVIDER libc' : '';
    const name = `${new URL(database.url).pathname.slice(1)}_bytes`;
    await client.query(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'SQL_ASCII' ${provider} LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    const url = database.url.replace(/[^/]+$/, name);
    afterTest(async () => {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await client.end();
    });

    await migrate(url);

    const bytes = await connect(url);
    await insert(bytes, 'stations', { name: 'Usaquén', station_code: 'U', station_type: 'PORTAL' });
    const { rows: found } = await bytes.query(
      `SELECT name FROM stations WHERE ${nameContains('name', '$1')}`,
      ['USAQ'],
    );
    await bytes.end();
    expect(found).toEqual([{ name: 'Usaquén' }]);
  });

  it('run once when several processes start at the same time on an empty database', async () => {
    const services = await Promise.all([1, 2, 3].map(() => startService({ databaseUrl: database.url })));
    await Promise.all(services.map((service) => service.stop()));

    expect(await recordsOf(database)).toHaveLength(migrations.length);
  });
});
