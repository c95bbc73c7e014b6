/** The outcome of a request in the audit trail. */
export type AuditOutcome = 'changed' | 'refused' | 'read';

/**
 * The members that were set, each with a digest of its value (12 hexadecimal digits of SHA-256). It is null for personal data,
 * which could be guessed from a digest.
 */
export type AuditChanges = Readonly<Record<string, string | null>>;

/** One row of the audit trail. It never contains personal data. */
export interface AuditEntry {
  readonly occurredAt: Date;
  /** The organisation or device that the key belongs to. It is empty if no key is needed. */
  readonly client: string;
  /** The public id of the key. */
  readonly keyId: string | null;
  readonly role: string | null;
  readonly requestId: string | null;
  /** The operation, such as `POST /recharges`. */
  readonly operation: string;
  /** The object of the operation: its kind in the singular, such as `card`, and its id. */
  readonly object: { readonly kind: string; readonly id: string | number | null } | null;
  readonly outcome: AuditOutcome;
  readonly changes: AuditChanges | null;
  /** The reason that the caller gave, or the code of the refusal. */
  readonly reason: string | null;
  /** The network address of the caller. */
  readonly address: string | null;
}
