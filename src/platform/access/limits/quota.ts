/** What counting a request has come to. */
export interface Quota {
  readonly isExceeded: boolean;
  /** Requests a minute. */
  readonly most: number;
  /** Requests that may follow at once. */
  readonly remaining: number;
  /** Milliseconds until there is at least one more. */
  readonly moreInMs: number;
}

/** Of every limit. */
export const WINDOW_MS = 60_000;
