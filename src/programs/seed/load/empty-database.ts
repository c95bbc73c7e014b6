import type { Client } from 'pg';
import { StartupError } from '../../../common/program/startup-error';

/** A database is not empty if one of these tables has a row. */
const CHECKED_TABLES = [
  'locations',
  'concessionaires',
  'vehicles',
  'drivers',
  'stations',
  'routes',
  'recharge_points',
  'users',
  'cards',
  'postings',
  'recharges',
  'trips',
  'alerts',
  'validators',
];

/** Returns the first table with rows, or null if the database is as the migrations left it. */
export async function findOccupiedTable(client: Client): Promise<string | null> {
  for (const table of CHECKED_TABLES) {
    const { rows } = await client.query<{ occupied: boolean }>(
      `SELECT EXISTS (SELECT FROM ${table}) AS occupied`,
    );
    if (rows[0]?.occupied) return table;
  }
  return null;
}

/** Requires a database without data.
 *
 * @throws StartupError if the database has data.
 */
export async function requireEmpty(client: Client): Promise<void> {
  const table = await findOccupiedTable(client);
  if (table !== null) {
    throw new StartupError(
      `the database is not empty (${table} has rows): only an empty database can be seeded`,
    );
  }
}
