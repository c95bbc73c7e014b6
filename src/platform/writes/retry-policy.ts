import { sqlState, violatedConstraint } from '../../common/http/problem/database-errors';
import { RequestInProgressError } from '../../common/http/problem/request-errors';
import { DatabaseBusyError } from '../../common/http/problem/service-errors';
import { EpochTooYoungError, MarkFailedError } from '../cache/protocol/marks';
import { OUTDATED_STATEMENT } from '../postgres/statement-batch';
import { KeyInUseError } from './idempotency-keys';

const MAX_ATTEMPTS = 5;
/** How long a write may be kept waiting by changes of the cache's epoch. */
const EPOCH_WAIT_LIMIT_MS = 10_000;
const MAX_BACKOFF_MS = 100;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const UNIQUE_VIOLATION = '23505';

/** What follows a failed attempt: another one after a while, or the error to give up with. */
export type Verdict = { readonly retryAfterMs: number } | { readonly giveUpWith: unknown };

/** Decides for one write, from each failed attempt, whether there is another one. Each kind of error has its own limit. */
export class RetryPolicy {
  private readonly begunAt: number;
  private keyPolls = 0;
  private failures = 0;

  /**
   * @param keyWaitMs how long to wait for another request that holds the idempotency key.
   * @param retriedConstraint see `WriteOptions.retryOnUniqueViolation`.
   * @param now a clock that never goes back, in milliseconds.
   */
  constructor(
    private readonly keyWaitMs: number,
    private readonly retriedConstraint: string | undefined,
    private readonly now = (): number => performance.now(),
  ) {
    this.begunAt = now();
  }

  after(error: unknown): Verdict {
    const waitedMs = this.now() - this.begunAt;
    if (error instanceof EpochTooYoungError || error instanceof MarkFailedError) {
      if (waitedMs > EPOCH_WAIT_LIMIT_MS) return { giveUpWith: new DatabaseBusyError() };
      return { retryAfterMs: error instanceof EpochTooYoungError ? error.waitMs : 0 };
    }
    if (error instanceof KeyInUseError) {
      if (waitedMs >= this.keyWaitMs) return { giveUpWith: new RequestInProgressError() };
      return { retryAfterMs: backoffMs((this.keyPolls += 1)) };
    }
    if (!this.mayPass(error) || (this.failures += 1) >= MAX_ATTEMPTS) return { giveUpWith: error };
    return { retryAfterMs: backoffMs(this.failures) };
  }

  /** Whether the same write may succeed when it runs again. */
  private mayPass(error: unknown): boolean {
    const state = sqlState(error);
    if (state === SERIALIZATION_FAILURE || state === DEADLOCK_DETECTED || state === OUTDATED_STATEMENT)
      return true;
    if (state !== UNIQUE_VIOLATION || this.retriedConstraint === undefined) return false;
    return violatedConstraint(error) === this.retriedConstraint;
  }
}

/** Grows with each time up to MAX_BACKOFF_MS, and varies, so that two writes do not meet again. */
function backoffMs(times: number): number {
  return Math.min(5 * 2 ** times, MAX_BACKOFF_MS) * (0.5 + Math.random());
}
