import { stringify } from 'lossless-json';

/** JSON text in which integers beyond 2^53 keep every digit. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.stringify refuses a bigint; sums grow that large so seldom that the slow way may serve them.
    return stringify(value) ?? 'null';
  }
}
