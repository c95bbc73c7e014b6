/** What became of a request that the trail remembers. */
export type AuditOutcome = 'changed' | 'refused' | 'read';

/**
 * The members that a change set, each with a digest of its value (12 hexadecimal digits of SHA-256); null for a member that
 * says something about a person, whose value could be guessed from a digest.
 */
export type AuditChanges = Readonly<Record<string, string | null>>;

/** One row of the trail. It never has a personal value in it. */
export interface AuditEntry {
  readonly occurredAt: Date;
  /** The organisation or device that the key belongs to; empty where nobody is asked for a key. */
  readonly client: string;
  /** The public id of the key. */
  readonly keyId: string | null;
  readonly role: string | null;
  readonly requestId: string | null;
  /** What was asked for, such as `POST /recharges`. */
  readonly operation: string;
  /** What it was about: a kind in the singular, such as `card`, and its id. */
  readonly object: { readonly kind: string; readonly id: string | number | null } | null;
  readonly outcome: AuditOutcome;
  readonly changes: AuditChanges | null;
  /** Why: the reason that the caller gave, or the code of the refusal. */
  readonly reason: string | null;
  /** The network address of the caller. */
  readonly address: string | null;
}
