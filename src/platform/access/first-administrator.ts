import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { makeFolder } from '../../common/program/make-folder';
import { readOwnFile, readSmallFile } from '../../common/program/regular-file';
import { StartupError } from '../../common/program/startup-error';
import { Clock } from '../../common/time/clock';
import type { AppConfig } from '../config/app-config';
import { Connection } from '../postgres/connection';
import { errnoOf, messageOf } from '../postgres/embedded/errno';
import { type NewAccessKey, newAccessKey, parseAccessKey } from './access-key';
import {
  type Database,
  findStoredKeys,
  hasAdministrator,
  hasAdministratorInForce,
  insertAccessKey,
  type StoredAccessKey,
} from './access-key-store';
import { inDays, toColumns } from './key-request';
import { databaseOf } from './program-database';
import { signInSettings } from './sign-in/sign-in-settings';

/** The lock that only one process at a time can have, for making the first key. The number is arbitrary. */
const FIRST_KEY_LOCK = 7_316_012;
/** Bytes. */
const LARGEST_FILE = 1_024;
const MAKE_ONE =
  'make one with npm run keys -- create --role administrator --name NAME, or bring one along with ADMIN_KEY_FILE';

type Log = Pick<Logger, 'info' | 'warn'>;

/**
 * Makes sure that there is an administrator's key: the one in ADMIN_KEY_FILE, otherwise one in DATA_DIR/admin.key, which is
 * made once. It warns if the key in the file opens nothing, or if no administrator's key is in force.
 *
 * @throws StartupError if ADMIN_KEY_FILE contains no key.
 */
export async function requireAdministrator(
  url: string,
  config: AppConfig,
  logger: Log,
  signal?: AbortSignal,
): Promise<void> {
  const connection = new Connection({
    connectionString: url,
    application_name: 'travel-recharge keys',
    signal,
  });
  await connection.connect();
  try {
    await connection.query('SELECT pg_advisory_lock($1)', [FIRST_KEY_LOCK]);
    const database = databaseOf(connection);
    const file = config.get('ADMIN_KEY_FILE');
    if (file) await adopt(database, readKey(file), file, config, logger);
    else if (!(await hasAdministrator(database))) return await makeFirst(database, config, logger);
    await warnIfNobodyAdministers(database, config, logger);
  } finally {
    await connection.end();
  }
}

/** Stores the key, unless it is stored already: then it stays what it became, and a warning says if that is of no use. */
async function adopt(
  database: Database,
  key: NewAccessKey,
  file: string,
  config: AppConfig,
  logger: Log,
): Promise<void> {
  const now = new Clock().now();
  const [stored] = (await findStoredKeys(database, [key.id])).keys;
  const fault = stored && faultOf(stored, key, now);
  if (fault) logger.warn(`the key ${key.id} in ${file} is no administrator's key in force: ${fault}`);
  if (stored) return;
  await insertAccessKey(database, {
    key_id: key.id,
    digest: key.digest,
    client: 'administration',
    name: 'first administrator',
    role: 'administrator',
    ...toColumns({}),
    networks: [],
    requests_per_minute: null,
    created_by: '',
    expires_at: inDays(config.get('KEY_MOST_DAYS'), now),
  });
}

function faultOf(stored: StoredAccessKey, { digest }: NewAccessKey, now: Date): string | null {
  const { revoked_at, expires_at, successor, role } = stored;
  const replaced = successor === null ? '' : `, and replaced by ${successor}`;
  if (!stored.digest.equals(digest)) return 'another key has its id';
  if (revoked_at) return `it was revoked on ${dayOf(revoked_at)}${replaced}`;
  if (expires_at <= now) return `it expired on ${dayOf(expires_at)}${replaced}`;
  return role === 'administrator' ? null : `its role is ${role}`;
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

async function warnIfNobodyAdministers(database: Database, config: AppConfig, logger: Log): Promise<void> {
  const roles = signInSettings(config)?.roles.values() ?? [];
  if ([...roles].includes('administrator') || (await hasAdministratorInForce(database))) return;
  logger.warn(`no administrator's key is in force: ${MAKE_ONE}`);
}

/** @throws StartupError */
function readKey(file: string): NewAccessKey {
  const key = parseAccessKey(readKeyText(file).trim());
  if (key) return key;
  throw new StartupError('the file that ADMIN_KEY_FILE names holds no key of this service');
}

function readKeyText(file: string): string {
  try {
    return readSmallFile(file, LARGEST_FILE);
  } catch (error) {
    throw new StartupError(`the file that ADMIN_KEY_FILE names cannot be read: ${messageOf(error)}`);
  }
}

/** Writes the key to the file first and then to the database, so that after a crash in between the next start finds it. */
async function makeFirst(database: Database, config: AppConfig, logger: Log): Promise<void> {
  const file = join(config.get('DATA_DIR'), 'admin.key');
  try {
    await makeFolder(config.get('DATA_DIR'));
    const key = findLeft(file) ?? (await writeNew(file));
    await adopt(database, key, file, config, logger);
    logger.info(`the first administrator's key is in ${file}`);
  } catch (error) {
    logger.warn(`nobody has a key yet, and none could be written (${messageOf(error)}): ${MAKE_ONE}`);
  }
}

/**
 * Returns the key that an earlier start has written, or null if there is no file.
 *
 * @throws Error if somebody else could have written it: that key would be an administrator's.
 */
function findLeft(file: string): NewAccessKey | null {
  try {
    const key = parseAccessKey(readOwnFile(file, LARGEST_FILE).trim());
    if (!key) throw new Error(`${file} holds something else`);
    return key;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** When it returns, the key is on the disk. */
async function writeNew(file: string): Promise<NewAccessKey> {
  const key = newAccessKey();
  // It follows no link, and fails if anything has that name.
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  const handle = await open(file, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  try {
    await handle.writeFile(`${key.text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return key;
}
