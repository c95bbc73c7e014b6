import { hash } from 'node:crypto';

/** A request that its caller may repeat: the key it was given, if any, and a digest of what it asks for. */
export interface RepeatableRequest {
  readonly key: string | null;
  readonly fingerprint: Buffer;
  /** The status of its answer. */
  readonly status: number;
  /** Called when the stored answer is given again. */
  readonly replayed: () => void;
}

/** One that was given a key. */
export interface KeyedRequest extends RepeatableRequest {
  readonly key: string;
}

export function hasKey(request: RepeatableRequest | null | undefined): request is KeyedRequest {
  return typeof request?.key === 'string';
}

/** A request whose query, as it was understood, is part of what it asks for. */
export function withQuery(
  request: RepeatableRequest,
  query: Readonly<Record<string, number>>,
): RepeatableRequest {
  const fingerprint = hash('sha256', JSON.stringify([request.fingerprint.toString('hex'), query]), 'buffer');
  return { ...request, fingerprint };
}

/**
 * A part of a request that takes several transactions: repeated under a key of its own, which no caller can send, since a
 * blank is no visible character.
 */
export function partOf(request: RepeatableRequest, part: string): RepeatableRequest {
  const { key } = request;
  return { ...request, key: key === null ? null : `${key} ${part}`, replayed: () => undefined };
}
