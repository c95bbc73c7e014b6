import type { Client } from 'pg';
import { insertAccessKey, type NewAccessKeyRecord } from '../../src/platform/access/access-key-store';
import type { Binding } from '../../src/platform/access/caller';
import { composeKey } from '../../src/platform/access/key-request';
import { databaseOf } from '../../src/platform/access/program-database';
import type { Role } from '../../src/platform/access/scopes';

/** A key as whoever shows it has it. */
export interface TestKey {
  readonly id: string;
  readonly text: string;
  readonly headers: { readonly authorization: string };
}

/** Makes a key in the database, past the service. */
export async function aKey(
  client: Client,
  role: Role,
  binding: Binding = {},
  given: Partial<NewAccessKeyRecord> = {},
): Promise<TestKey> {
  const { text, record } = composeKey(
    {
      client: 'test',
      name: `a ${role}`,
      role,
      binding,
      networks: [],
      requestsPerMinute: null,
      days: 1,
      createdBy: '',
    },
    new Date(),
  );
  await insertAccessKey(databaseOf(client), { ...record, ...given });
  return { id: record.key_id, text, headers: bearer(text) };
}

export function bearer(text: string): { readonly authorization: string } {
  return { authorization: `Bearer ${text}` };
}
