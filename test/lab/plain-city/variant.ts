import type { IncomingHttpHeaders } from 'node:http';

/** The plain pattern has variants that people put their trust in; a request of the lab chooses one of each. */
export interface Variant {
  /** When a write deletes the keys: after its COMMIT, before it, or never, so that they only expire. */
  readonly evicts: 'after' | 'before' | 'never';
  /** What a failed DEL does: it fails the request, or is ignored, as many packages do. */
  readonly onCacheError: 'fail' | 'ignore';
  /** How long a value is kept. */
  readonly ttlMs: number;
}

export const DEFAULT_TTL_MS = 300_000;

/** The headers that choose a variant. */
export function headersOf(variant: Partial<Variant>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variant).map(([name, value]) => [`x-lab-${name.toLowerCase()}`, String(value)]),
  );
}

export function variantOf(headers: IncomingHttpHeaders): Variant {
  const evicts = headers['x-lab-evicts'];
  return {
    evicts: evicts === 'before' || evicts === 'never' ? evicts : 'after',
    onCacheError: headers['x-lab-oncacheerror'] === 'ignore' ? 'ignore' : 'fail',
    ttlMs: Number(headers['x-lab-ttlms'] ?? DEFAULT_TTL_MS),
  };
}
