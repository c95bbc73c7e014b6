import { createReadStream, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { createEmptyDatabase, type TestDatabase } from './database';
import { legacySchema, legacyTables, type LegacyTable } from './legacy-schema';

/** Rows by table; a column that is left out is NULL. */
export type LegacyRows = Readonly<Partial<Record<LegacyTable, readonly Readonly<Record<string, unknown>>[]>>>;

const LEGACY_FOLDER = resolve(__dirname, '../../../shared/data/legacy');

/** Whether the data of the replaced service are beside the repository. */
export function hasLegacyData(): boolean {
  return existsSync(LEGACY_FOLDER);
}

/** A database of the replaced service with these rows. */
export async function createLegacyDatabase(rows: LegacyRows): Promise<TestDatabase> {
  return fillLegacyDatabase(async (client) => {
    for (const table of legacyTables) {
      await client.query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
        JSON.stringify(rows[table] ?? []),
      ]);
    }
  });
}

/** A database of the replaced service with all of its data, from one gzip CSV for each table. */
export async function loadLegacyDatabase(): Promise<TestDatabase> {
  return fillLegacyDatabase(async (client) => {
    for (const table of legacyTables) {
      await pipeline(
        createReadStream(join(LEGACY_FOLDER, `${table}.csv.gz`)),
        createGunzip(),
        client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT csv, HEADER)`)),
      );
    }
  });
}

async function fillLegacyDatabase(fill: (client: Client) => Promise<void>): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(legacySchema);
    await fill(client);
    return database;
  } catch (error) {
    await database.drop();
    throw error;
  } finally {
    await client.end();
  }
}
