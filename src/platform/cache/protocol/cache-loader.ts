import { type CacheableResponse, type StoredResponse, toStoredResponse } from '../store/stored-response';

/** Times to live are shortened by up to this share, so that what was filled together does not expire together. */
const TTL_JITTER = 0.1;

/** How a response is loaded, and how long it may stay. */
export interface CacheLoader {
  /** Loads the response from the database. It is called only when the response is needed. */
  readonly load: () => Promise<CacheableResponse>;
  /** Returns the time to live of a response, in milliseconds. */
  readonly ttlMs: (response: CacheableResponse) => number;
  /** Whether only writes change the response. Then a hit must equal what is in the database. */
  readonly isComparable: boolean;
}

/** Loads a response, and notes what storing it needs. */
export async function loadForStorage(loader: CacheLoader): Promise<StoredResponse> {
  const begunAt = performance.now();
  const response = await loader.load();
  const loadMs = Math.round(performance.now() - begunAt);
  const ttlMs = Math.round(loader.ttlMs(response) * (1 - TTL_JITTER * Math.random()));
  return toStoredResponse(response, { createdAt: Date.now(), loadMs, ttlMs });
}

/**
 * Decides at random whether a stored response is refreshed before it expires. The longer its load takes, the earlier.
 * This is XFetch with beta 1 (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB
 * 2015).
 */
export function isDueForRefresh({ createdAt, loadMs, ttlMs }: StoredResponse): boolean {
  return Date.now() - loadMs * Math.log(1 - Math.random()) >= createdAt + ttlMs;
}
