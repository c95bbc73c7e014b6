import type { EntityManager } from 'typeorm';
import type { AuditObject } from '../audit/audit-entry';
import type { Eviction } from '../cache/evictions';
import type { Statement } from '../postgres/statement';
import type { WriteRequest } from './write-request';

/**
 * What a write has decided after its checks, and its response:
 *
 * - `replay`: the request repeats an earlier one, and this is the response to that one; the caller is told so;
 * - `nothingToDo`: everything is already as the request wants it;
 * - `touches`: what the write changes, `audit`: what the audit trail remembers of it, and the changes that are still to be
 *   made, if any: `statements`, which are sent in one message with COMMIT, or `change` where one of them needs the result of
 *   another.
 *
 * The cache keys that follow from `touches` are marked before COMMIT. In its message the response is stored under the idempotency key
 * of the request, and a row is added to the trail, unless `audit` is null: the change only says that somebody is there. The first two
 * plans change nothing, and leave no row.
 */
export type Plan<Response, Subject> =
  | { readonly response: Response; readonly replay: true }
  | { readonly response: Response; readonly nothingToDo: true }
  | {
      readonly response: Response;
      readonly touches: Subject;
      readonly audit: Audited | null;
      readonly change?: () => Promise<unknown>;
      readonly statements?: readonly Statement[];
    };

/** What the audit trail remembers of a change. */
export interface Audited {
  readonly object: AuditObject;
  /**
   * The members that were set, by their names. Of those that are `@Personal()` the trail gets the name only, of the others
   * a digest.
   */
  readonly changes: object;
  /** Why, in a word of a closed set. */
  readonly reason?: string;
}

export interface WriteOptions<Subject, Found = undefined> {
  readonly evicts: Eviction<Subject>;
  readonly request: WriteRequest;
  /**
   * Locks and reads what the work needs to know before it can decide, and changes nothing. Pipelined with BEGIN, so it
   * adds no round trip; discarded if the transaction is refused.
   */
  readonly prefetch?: (manager: EntityManager) => Promise<Found>;
  /**
   * The name of a unique constraint. Its violation means that another request with the same content has committed first:
   * the write runs again, and finds what that one has written.
   */
  readonly retryOnUniqueViolation?: string;
}

/** Checks and plans through the manager that it is given; it may run several times. */
export type Work<Response, Subject, Found> = (
  manager: EntityManager,
  found: Found,
) => Promise<Plan<Response, Subject>> | Plan<Response, Subject>;

/** What a committed write responds. */
export interface Outcome<Response> {
  readonly response: Response;
  /** Whether it is the response to an earlier request. */
  readonly isReplay: boolean;
}
