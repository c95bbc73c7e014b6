import { violatedConstraint } from '../../common/http/problem/database-errors';
import { toJson } from '../../common/http/json';
import { readSmallFile } from '../../common/program/regular-file';
import { StartupError } from '../../common/program/startup-error';
import { Clock } from '../../common/time/clock';
import { newAccessKey } from '../../platform/access/access-key';
import {
  type AccessKeyRecord,
  type Database,
  findAccessKey,
  insertAccessKey,
  listAccessKeys,
  type NewAccessKeyRecord,
  revokeAccessKey,
  rollAccessKey,
} from '../../platform/access/access-key-store';
import { heardEverywhere } from '../../platform/access/heard-everywhere';
import { composeKey, successorExpiry } from '../../platform/access/key-request';
import type { AuditChanges } from '../../platform/audit/audit-entry';
import { describeChanges } from '../../platform/audit/describe-changes';
import { recordProgram } from '../../platform/audit/record-program';
import type { AppConfig } from '../../platform/config/app-config';
import type { KeysCommand } from './arguments';
import { revokeAsIn } from './revoke-as-in';

/** How many are read at once. */
const PAGE = 1_000;
/** Some hundred thousand keys. */
const MOST_BYTES = 200_000_000;

/**
 * Does one thing with keys, and prints what came of it.
 *
 * @throws StartupError
 */
export async function runKeys(
  asked: Exclude<KeysCommand, { readonly command: 'help' }>,
  database: Database,
  config: AppConfig,
  print: (line: string) => void,
): Promise<void> {
  switch (asked.command) {
    case 'create': {
      const most = config.get('KEY_MOST_DAYS');
      const days = asked.days ?? most;
      if (days > most) throw new StartupError(`--days must be at most KEY_MOST_DAYS, which is ${most}`);
      const { text, record } = composeKey({ ...asked, days, createdBy: '' }, new Clock().now());
      await inTransaction(database, async () => {
        await insertAccessKey(database, record).catch(explain);
        await note(database, 'create', record.key_id, describeKey(record));
      });
      return print(text);
    }
    case 'list':
      for await (const key of allKeys(database)) print(asked.asJson ? toJson(key) : lineOf(key));
      return;
    case 'roll': {
      const { text, id, digest } = newAccessKey();
      const old = await findAccessKey(database, asked.keyId);
      const expires_at = old && successorExpiry(old, config.get('KEY_MOST_DAYS'), new Clock().now());
      const successor = expires_at && { key_id: id, digest, created_by: '', expires_at };
      await inTransaction(database, async () => {
        if (!successor || !(await rollAccessKey(database, asked.keyId, successor, asked.overlap)))
          throw new StartupError(`no key ${asked.keyId} is in force and without a successor`);
        await note(database, 'roll', asked.keyId, describeChanges({ overlap_seconds: asked.overlap }));
      });
      if (asked.overlap === 0) await heardEverywhere();
      return print(text);
    }
    case 'revoke':
      await inTransaction(database, async () => {
        if (!(await revokeAccessKey(database, asked.keyId)))
          throw new StartupError(`there is no key ${asked.keyId}`);
        await note(database, 'revoke', asked.keyId, {});
      });
      await heardEverywhere();
      return print(`${asked.keyId} is revoked: no process accepts it any more`);
    case 'revoke as in': {
      const lines = linesOf(asked.file);
      const revoked = await inTransaction(database, async () => {
        const keyIds = await revokeAsIn(database, lines);
        for (const keyId of keyIds) await note(database, 'revoke --as-in', keyId, {});
        return keyIds;
      });
      await heardEverywhere();
      for (const keyId of revoked) print(keyId);
      return print(`revoked: ${revoked.length}; no process accepts these keys any more`);
    }
  }
}

function linesOf(file: string): string[] {
  try {
    return readSmallFile(file, MOST_BYTES).split('\n').filter(Boolean);
  } catch (error) {
    throw new StartupError(`the list of keys cannot be read: ${(error as Error).message}`);
  }
}

async function* allKeys(database: Database): AsyncGenerator<AccessKeyRecord> {
  let before: number | null = null;
  do {
    const page: AccessKeyRecord[] = await listAccessKeys(database, PAGE, before);
    yield* page;
    before = page.at(-1)?.position ?? null;
  } while (before !== null);
}

async function inTransaction<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  await database.query('BEGIN ISOLATION LEVEL READ COMMITTED', []);
  try {
    const result = await work();
    await database.query('COMMIT', []);
    return result;
  } catch (error) {
    await database.query('ROLLBACK', []).catch(() => undefined);
    throw error;
  }
}

async function note(database: Database, command: string, id: string, changes: AuditChanges): Promise<void> {
  await recordProgram(database, {
    program: 'keys',
    operation: `npm run keys -- ${command}`,
    object: { kind: 'access_key', id },
    changes,
  });
}

/** Of the name and the networks, which may be those of a person, only that they were set. */
function describeKey({ client, role, expires_at }: NewAccessKeyRecord): AuditChanges {
  return { ...describeChanges({ client, role, expires_at }), name: null, networks: null };
}

function lineOf(key: AccessKeyRecord): string {
  const state = key.revoked_at
    ? `revoked ${dayOf(key.revoked_at)}`
    : `expires ${dayOf(key.expires_at)}${key.successor ? `, replaced by ${key.successor}` : ''}`;
  const used = key.last_used_at ? `used ${key.last_used_at.toISOString()}` : 'never used';
  return [key.key_id, key.role.padEnd(14), key.client, JSON.stringify(key.name), state, used].join('  ');
}

function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function explain(error: unknown): never {
  if (violatedConstraint(error) === 'users_erased') throw new StartupError('this rider was erased');
  const [, thing] = /^access_keys_(\w+)_id_fkey$/.exec(violatedConstraint(error) ?? '') ?? [];
  throw thing ? new StartupError(`there is no such ${thing.replace('_', ' ')}`) : error;
}
