import { Injectable } from '@nestjs/common';
import { toJson } from '../../common/http/json';
import type { Database } from '../access/access-key-store';
import type { Statement } from '../postgres/statement';
import type { AuditEntry } from './audit-entry';
import { AuditQueue } from './audit-queue';

/** The most characters that the columns allow. Longer texts are cut, because a request must not fail because of its entry. */
const LONGEST = { name: 100, operation: 200, reason: 255 } as const;

/** The audit trail: who did what. Its rows are added and never changed. */
@Injectable()
export class AuditTrail {
  constructor(private readonly queue: AuditQueue) {}

  /**
   * The statement that records a change, for the transaction of the change, so that both are committed, or neither. If the
   * database does not add the row, such as by a rule or a trigger of its owner, the statement fails, and the change with it.
   */
  recording(entry: AuditEntry): Statement {
    return insertion(entry);
  }

  /**
   * Records a refusal or a read of personal data. No request waits for it: it is written a moment later, in a batch. If the
   * process is killed, at most the entries of the last quarter of a second are lost.
   */
  note(entry: AuditEntry): void {
    this.queue.add(valuesOf(entry));
  }
}

/** Adds an entry in the transaction of a connection. @throws an error of PostgreSQL if there is no row afterwards. */
export async function insertEntry(database: Database, entry: AuditEntry): Promise<void> {
  const { text, values } = insertion(entry);
  await database.query(text, [...values]);
}

function insertion(entry: AuditEntry): Statement {
  return {
    text: `WITH added AS (
             INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id,
                                        outcome, changes, reason, address)
             VALUES ($1::timestamptz, $2, $3, $4, $5, $6, $7, $8, $9::text, $10, $11, $12)
             RETURNING entry_id)
           SELECT 1 / count(*) FROM added`,
    values: valuesOf(entry),
  };
}

/** A row, in the order of the columns. */
export type AuditValues = readonly (string | null)[];

function valuesOf(entry: AuditEntry): AuditValues {
  const { object, changes } = entry;
  return [
    entry.occurredAt.toISOString(),
    cut(entry.client, LONGEST.name),
    cutOrNull(entry.keyId, LONGEST.name),
    cutOrNull(entry.role, LONGEST.name),
    cutOrNull(entry.requestId, LONGEST.name),
    cut(entry.operation, LONGEST.operation),
    object && cut(object.kind, LONGEST.name),
    object && object.id !== null ? cut(String(object.id), LONGEST.name) : null,
    entry.outcome,
    changes && toJson(changes),
    cutOrNull(entry.reason, LONGEST.reason),
    cutOrNull(entry.address, LONGEST.name),
  ];
}

function cutOrNull(text: string | null, longest: number): string | null {
  return text === null ? null : cut(text, longest);
}

/** Cuts a text. PostgreSQL counts code points, and accepts neither NUL nor half of a surrogate pair. */
function cut(text: string, longest: number): string {
  const known = text.replaceAll('\0', '').toWellFormed();
  return known.length <= longest ? known : [...known].slice(0, longest).join('');
}
