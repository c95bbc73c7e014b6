import { stringify } from 'lossless-json';

/** JSON text in which integers beyond 2^53 keep every digit. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify refuses a bigint. The other way is slow, but sums are seldom so large.
    return stringify(value) ?? 'null';
  }
}
