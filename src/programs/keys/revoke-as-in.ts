import { StartupError } from '../../common/program/startup-error';
import {
  type AccessKeyRecord,
  type Database,
  findAccessKey,
  revokeAccessKey,
} from '../../platform/access/access-key-store';
import { BINDING_NAMES } from '../../platform/access/scopes';

/** A key as `list --json` shows it. */
export type ListedKey = Omit<AccessKeyRecord, 'created_at' | 'expires_at' | 'last_used_at' | 'revoked_at'> &
  Readonly<
    Record<'created_at' | 'expires_at', string> & Record<'last_used_at' | 'revoked_at', string | null>
  >;

/**
 * Revokes the keys to which a list gives less than the database does, since that was restored from a backup: those that were
 * revoked since, that expire earlier, or that have another role, binding or networks by now.
 *
 * @returns their ids.
 * @throws StartupError if a line is no key.
 */
export async function revokeAsIn(database: Database, lines: readonly string[]): Promise<string[]> {
  const listed = lines.map(toListed);
  const revoked: string[] = [];
  for (const key of listed) {
    const stored = await findAccessKey(database, key.key_id);
    if (!stored || stored.revoked_at || isAsListed(stored, key)) continue;
    await revokeAccessKey(database, key.key_id);
    revoked.push(key.key_id);
  }
  return revoked;
}

function isAsListed(stored: AccessKeyRecord, listed: ListedKey): boolean {
  return (
    listed.revoked_at === null &&
    new Date(listed.expires_at) >= stored.expires_at &&
    [...BINDING_NAMES, 'role' as const].every((name) => listed[name] === stored[name]) &&
    String(listed.networks) === String(stored.networks)
  );
}

function toListed(line: string, index: number): ListedKey {
  try {
    const key = JSON.parse(line) as Partial<ListedKey> | null;
    const { key_id, expires_at = '', revoked_at } = key ?? {};
    if (typeof key_id === 'string' && revoked_at !== undefined && !Number.isNaN(Date.parse(expires_at)))
      return key as ListedKey;
  } catch {
    // It is said below.
  }
  throw new StartupError(`line ${index + 1} of the list is no key as list --json prints it`);
}
