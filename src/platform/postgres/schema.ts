import { StartupError } from '../../common/program/startup-error';
import { Connection } from './connection';
import { migrations } from './data-source';

/** Where the tables are, and the migrations that were run. These are null if there are no tables. */
export interface Schema {
  readonly migrations: readonly string[] | null;
  /** A schema beside `public` that has the service's tables, while `public` has none. */
  readonly elsewhere: string | null;
}

/** Anything that runs a statement and returns its rows. */
interface Database {
  query(statement: string): Promise<unknown>;
}

const KNOWN: ReadonlySet<string> = new Set(migrations.map(({ name }) => name));

/** How the name of a migration begins that takes away what an earlier release uses (docs/decisions/034-expand-and-contract.md). */
const CONTRACT = 'Contract';

/** @throws StartupError if the tables belong to another program. */
export async function readSchema(database: Database): Promise<Schema> {
  const [found] = await rowsOf<{ isHere: boolean; isOurs: boolean; elsewhere: string | null }>(
    database,
    `SELECT to_regclass('public.schema_migrations') IS NOT NULL AS "isHere",
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('public.schema_migrations')
                    AND attname = 'name' AND NOT attisdropped) AS "isOurs",
            (SELECT min(relnamespace::regnamespace::text) FROM pg_class
             WHERE relname = 'schema_migrations' AND relnamespace <> 'public'::regnamespace
               AND EXISTS (SELECT FROM pg_class twin WHERE twin.relnamespace = pg_class.relnamespace
                           AND twin.relname = 'recharge_transactions')) AS elsewhere`,
  );
  if (!found?.isHere) return { migrations: null, elsewhere: found?.elsewhere ?? null };
  if (!found.isOurs) {
    throw new StartupError(
      'the table schema_migrations of the database is that of another program: DATABASE_URL must be that of an empty database, or of one of this service',
    );
  }
  const rows = await rowsOf<{ name: string }>(database, 'SELECT name FROM public.schema_migrations');
  return { migrations: rows.map(({ name }) => name), elsewhere: null };
}

/** @throws StartupError */
export function refuseElsewhere({ elsewhere }: Schema): void {
  if (elsewhere === null) return;
  throw new StartupError(
    `the tables of the database are in the schema ${elsewhere}, and this program works in the schema public: DROP SCHEMA public; ALTER SCHEMA ${elsewhere} RENAME TO public`,
  );
}

/** The migrations of a newer release, which this program does not know. */
export function unknownMigrations(schema: Schema): readonly string[] {
  return schema.migrations?.filter((name) => !KNOWN.has(name)) ?? [];
}

/** @throws StartupError if a newer program changed the schema, because this one would read it wrongly. */
export function refuseNewer(schema: Schema): void {
  const [unknown] = unknownMigrations(schema);
  if (unknown !== undefined) refuse(unknown);
}

/**
 * For the service, which runs beside the next release while that takes its place.
 *
 * @throws StartupError if a newer program took away what this one uses.
 */
export function refuseContracted(schema: Schema): void {
  const contracted = unknownMigrations(schema).find((name) => name.startsWith(CONTRACT));
  if (contracted !== undefined) refuse(contracted);
}

function refuse(unknown: string): never {
  throw new StartupError(
    `the schema of the database is newer than this program, which does not know ${unknown}: run the release that made it, or a later one`,
  );
}

/**
 * Checks the schema for a program that only reads.
 *
 * @throws StartupError unless the program knows the schema.
 */
export async function requireSchema(url: string): Promise<void> {
  const client = new Connection({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const schema = await readSchema(client);
    refuseElsewhere(schema);
    if (!schema.migrations) throw new StartupError('the database has no tables of the service yet');
    refuseNewer(schema);
    if (schema.migrations.length < KNOWN.size)
      throw new StartupError(
        'the schema of the database is older than this program: start the service of this release once',
      );
  } finally {
    await client.end();
  }
}

/** TypeORM returns the rows. node-postgres returns a result that contains them. */
async function rowsOf<Row>(database: Database, statement: string): Promise<readonly Row[]> {
  const answer = (await database.query(statement)) as readonly Row[] | { readonly rows: readonly Row[] };
  return 'rows' in answer ? answer.rows : answer;
}
