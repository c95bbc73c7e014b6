import { hash } from 'node:crypto';

/** A request that its caller can repeat. It has the `Idempotency-Key`, if there is one, and a digest of what it asks for. */
export interface RepeatableRequest {
  readonly key: string | null;
  readonly fingerprint: Buffer;
  /** The status of its response. */
  readonly status: number;
  /** Called when the stored response is sent again. */
  readonly replayed: () => void;
}

/** A request with a key. */
export interface KeyedRequest extends RepeatableRequest {
  readonly key: string;
}

export function hasKey(request: RepeatableRequest | null | undefined): request is KeyedRequest {
  return typeof request?.key === 'string';
}

/** Returns the request with its parsed query in the digest. */
export function withQuery(
  request: RepeatableRequest,
  query: Readonly<Record<string, number>>,
): RepeatableRequest {
  const fingerprint = hash('sha256', JSON.stringify([request.fingerprint.toString('hex'), query]), 'buffer');
  return { ...request, fingerprint };
}

/**
 * Returns one part of a request that needs several transactions. The part has a key of its own, so that it can be repeated. No
 * caller can send that key, because it contains a blank.
 */
export function partOf(request: RepeatableRequest, part: string): RepeatableRequest {
  const { key } = request;
  return { ...request, key: key === null ? null : `${key} ${part}`, replayed: () => undefined };
}
