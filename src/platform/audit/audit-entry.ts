/** The outcome of a request in the audit trail. */
export type AuditOutcome = 'changed' | 'refused' | 'read';

/**
 * The members that were set, each with a digest of its value (12 hexadecimal digits of SHA-256). It is null for personal data,
 * which could be guessed from a digest.
 */
export type AuditChanges = Readonly<Record<string, string | null>>;

/** Something that a request is about: a kind in the singular, such as `card`, and its id. */
export interface AuditObject {
  readonly kind: string;
  /** Null where it is about several of them, or none in particular. */
  readonly id: string | number | null;
}

/** Which request an entry is about, and whose it was. */
export interface Origin {
  /** The organisation or device that the key belongs to; it is empty if no key is needed. */
  readonly client: string;
  /** The public id of the key. */
  readonly keyId: string | null;
  readonly role: string | null;
  readonly requestId: string | null;
  /** The operation, such as `POST /recharges/{recharge_id}/reversal`. */
  readonly operation: string;
  /** The network address of the caller. */
  readonly address: string | null;
}

/** One row of the trail. It never has a personal value in it. */
export interface AuditEntry extends Origin {
  readonly occurredAt: Date;
  readonly object: AuditObject | null;
  readonly outcome: AuditOutcome;
  readonly changes: AuditChanges | null;
  /**
   * The code of the refusal, or why something was changed, in a word of a closed set. A caller's own words are not in the
   * trail: they may name people, and nothing leaves it.
   */
  readonly reason: string | null;
}
