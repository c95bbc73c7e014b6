import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toJson } from '../../common/http/json';
import type { AuditEntry } from './audit-entry';
import { AuditQueue } from './audit-queue';

/** As the columns allow, in characters. What is longer is cut: a request must not fail because of its own description. */
const LONGEST = { name: 100, operation: 200, reason: 255 } as const;

/** What is remembered of who did what. Its rows are added and never changed. */
@Injectable()
export class AuditTrail {
  constructor(private readonly queue: AuditQueue) {}

  /**
   * Remembers a change in the change's own transaction: both are there, or neither. One statement, to be sent in one
   * message with others. The transaction must have its number already (`pg_current_xact_id()`), as a write of the service
   * has: the sealing of rows relies on it.
   */
  async record(manager: EntityManager, entry: AuditEntry): Promise<void> {
    await manager.query(
      `INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id,
                                  outcome, changes, reason, address)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      valuesOf(entry),
    );
  }

  /**
   * Remembers a refusal, or a read of personal data. Nothing waits for it: it is written soon after, in a batch with
   * others. What a process that is killed has not written yet, at most a quarter of a second of them, is lost.
   */
  note(entry: AuditEntry): void {
    this.queue.add(valuesOf(entry));
  }
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

/** PostgreSQL counts code points, and takes neither NUL nor half a character. */
function cut(text: string, longest: number): string {
  const known = Buffer.from(text.replaceAll('\0', '')).toString();
  return known.length <= longest ? known : [...known].slice(0, longest).join('');
}
