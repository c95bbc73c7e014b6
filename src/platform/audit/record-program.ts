import type { Database } from '../access/access-key-store';
import { Clock } from '../../common/time/clock';
import type { AuditChanges, AuditObject } from './audit-entry';
import { insertEntry } from './audit-trail';

/** What a program did to the database. */
export interface ProgramChange {
  /** The name of the program, such as `keys`. */
  readonly program: string;
  /** As it is typed: `npm run keys -- revoke`. */
  readonly operation: string;
  readonly object: AuditObject;
  readonly changes?: AuditChanges;
  /** How many rows of what were written; never a value. */
  readonly counts?: string;
}

/** Records what a program changes, in the same transaction. Who started it is known to the machine alone. */
export async function recordProgram(
  database: Database,
  { program, operation, object, changes, counts }: ProgramChange,
): Promise<void> {
  await insertEntry(database, {
    occurredAt: new Clock().now(),
    client: `program:${program}`,
    keyId: null,
    role: null,
    requestId: null,
    operation,
    object,
    outcome: 'changed',
    changes: changes ?? null,
    reason: counts ?? null,
    address: null,
  });
}
