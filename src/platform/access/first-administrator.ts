import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { StartupError } from '../../common/program/startup-error';
import { makeFolder } from '../../common/program/make-folder';
import { Clock } from '../../common/time/clock';
import type { AppConfig } from '../config/app-config';
import { Connection } from '../postgres/connection';
import { type NewAccessKey, newAccessKey, parseAccessKey } from './access-key';
import { type Database, findAccessKey, hasAdministrator, insertAccessKey } from './access-key-store';
import { inDays, toColumns } from './key-request';
import { databaseOf } from './program-database';

/** The lock that only one process at a time can have, for making the first key. The number is arbitrary. */
const FIRST_KEY_LOCK = 7_316_012;

/**
 * Makes sure that there is an administrator's key: the one in ADMIN_KEY_FILE, otherwise one in DATA_DIR/admin.key, which is
 * made once.
 *
 * @throws StartupError if ADMIN_KEY_FILE contains no key.
 */
export async function requireAdministrator(
  url: string,
  config: AppConfig,
  logger: Pick<Logger, 'info' | 'warn'>,
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
    if (file) return await adopt(database, await readKey(file), config);
    if (await hasAdministrator(database)) return;
    await makeFirst(database, config, logger);
  } finally {
    await connection.end();
  }
}

/** Stores the key, unless it is stored already. A revoked key stays revoked. */
async function adopt(database: Database, key: NewAccessKey, config: AppConfig): Promise<void> {
  if (await findAccessKey(database, key.id)) return;
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
    expires_at: inDays(config.get('KEY_MOST_DAYS'), new Clock().now()),
  });
}

/** @throws StartupError */
async function readKey(file: string): Promise<NewAccessKey> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartupError(`the file that ADMIN_KEY_FILE names cannot be read: ${(error as Error).message}`);
  });
  const key = parseAccessKey(text.trim());
  if (key) return key;
  throw new StartupError('the file that ADMIN_KEY_FILE names holds no key of this service');
}

/** Writes the key to the file first and then to the database, so that after a crash in between the next start finds it. */
async function makeFirst(
  database: Database,
  config: AppConfig,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const file = join(config.get('DATA_DIR'), 'admin.key');
  try {
    await makeFolder(config.get('DATA_DIR'));
    const left = await readFile(file, 'utf8').catch(() => null);
    const key = left === null ? newAccessKey() : parseAccessKey(left.trim());
    if (!key) throw new Error(`${file} holds something else`);
    if (left === null) await writeFile(file, `${key.text}\n`, { mode: 0o600, flag: 'wx' });
    await adopt(database, key, config);
    logger.info(`the first administrator's key is in ${file}`);
  } catch (error) {
    logger.warn(
      `nobody has a key yet, and none could be written (${(error as Error).message}): make one with npm run keys -- create --role administrator --name NAME, or bring one along with ADMIN_KEY_FILE`,
    );
  }
}
