import { asFailure, Away, Refused } from '../api/failures';
import { session } from '../api/session.svelte';

/** Milliseconds between two tries after an answer was lost. */
const RETRIES_MS = [500, 1_000, 2_000, 4_000, 8_000, 8_000];

/**
 * One form that changes something, sent once however often it is asked to. Its `Idempotency-Key` is made with it: a request
 * whose answer was lost is sent again with the same key, and so does what it does once.
 */
export class Submission<Value> {
  readonly idempotencyKey = newIdempotencyKey();
  /** `lost`: an answer was lost, and it is asked for again. `unknown`: still without an answer after all tries. */
  state: 'idle' | 'sending' | 'lost' | 'unknown' | 'refused' | 'done' = $state('idle');
  refusal: Refused | null = $state.raw(null);
  /** The name under which the first request was sent: another client's key would be another request. */
  private client: string | null = null;

  /** @param isRepeatable false where a second request would do it a second time: then a lost answer stays unknown. */
  constructor(private readonly isRepeatable = true) {}

  /** What is being sent may not be changed: it would be another request with the same key. */
  get isFixed(): boolean {
    return (
      this.state === 'sending' || this.state === 'lost' || this.state === 'unknown' || this.state === 'done'
    );
  }

  get isBusy(): boolean {
    return this.state === 'sending' || this.state === 'lost';
  }

  /** Sends it, and returns the answer; null if it is being sent already, or was refused. */
  async send(run: (idempotencyKey: string) => Promise<Value>): Promise<Value | null> {
    const wasLost = this.state === 'unknown';
    if (this.isBusy || this.state === 'done' || (wasLost && !this.isRepeatable)) return null;
    const client = session.caller?.client ?? '';
    if (wasLost && this.client !== client) return null;
    this.client = client;
    this.state = 'sending';
    for (const [index, delay] of [...RETRIES_MS, null].entries()) {
      try {
        const value = await run(this.idempotencyKey);
        this.state = 'done';
        return value;
      } catch (error) {
        const failure = asFailure(error);
        if (failure instanceof Refused && !mayBeAnsweredLater(failure)) {
          this.refusal = failure;
          // Without a session nothing was done by this try, but perhaps by one before it.
          this.state = failure.problem.status === 401 && (index > 0 || wasLost) ? 'unknown' : 'refused';
          return null;
        }
        if (delay === null || !this.isRepeatable) break;
        this.state = 'lost';
        const asked = failure instanceof Away ? null : failure.retryAfterSeconds;
        await new Promise((resolve) => setTimeout(resolve, asked === null ? delay : asked * 1_000));
      }
    }
    this.state = 'unknown';
    return null;
  }
}

function mayBeAnsweredLater(refused: Refused): boolean {
  return refused.isPassing || refused.problem.status >= 500 || refused.problem.code === 'request_in_progress';
}

/** `crypto.randomUUID` is only there on pages with TLS or of this machine. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `console-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
