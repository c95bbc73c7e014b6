import { hash } from 'node:crypto';
import type { Origin } from '../audit/audit-entry';

/** The request that causes a write. */
export interface WriteRequest {
  /** Its Idempotency-Key; null where it has none, or is not one that may be repeated. */
  readonly key: string | null;
  /** Whose keys and transaction_ids it uses: another client's are never found. */
  readonly client: string;
  /** A digest of what it asks for. */
  readonly fingerprint: Buffer;
  /** The status of its answer. */
  readonly status: number;
  /** Called when the stored answer is given again. */
  readonly replayed: () => void;
  /** What the audit trail remembers of it. */
  readonly origin: Origin;
}

/**
 * What the service does by itself, as the cause of a write.
 *
 * @param operation as the audit trail names it.
 */
export function requestOfService(operation: string): WriteRequest {
  const client = 'program:service';
  return {
    key: null,
    client,
    fingerprint: Buffer.alloc(0),
    status: 200,
    replayed: () => undefined,
    origin: { client, keyId: null, role: null, requestId: null, operation, address: null },
  };
}

/** One that was given a key. */
export interface KeyedRequest extends WriteRequest {
  readonly key: string;
}

export function hasKey(request: WriteRequest): request is KeyedRequest {
  return request.key !== null;
}

/** A request whose query, as it was understood, is part of what it asks for. */
export function withQuery(request: WriteRequest, query: Readonly<Record<string, number>>): WriteRequest {
  const fingerprint = hash('sha256', JSON.stringify([request.fingerprint.toString('hex'), query]), 'buffer');
  return { ...request, fingerprint };
}

/**
 * A part of a request that takes several transactions: repeated under a key of its own, which no caller can send, since a
 * blank is no visible character.
 */
export function partOf(request: WriteRequest, part: string): WriteRequest {
  const { key } = request;
  return { ...request, key: key === null ? null : `${key} ${part}`, replayed: () => undefined };
}
