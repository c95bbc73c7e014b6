import { StartupError } from '../../common/program/startup-error';
import type { KeyHeaders } from './key-option';
import type { Tally } from './tally';

/** An answer of the service; the body as it was parsed. */
export interface ServiceResponse<Body> {
  readonly ok: true;
  readonly body: Body;
}

/** The service said no, for a reason that belongs to a rider's day. */
export interface Refusal {
  readonly ok: false;
  readonly code: string;
}

/** How long a request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Requests in flight at once. Further requests wait, and the wait counts as latency. */
const MAX_IN_FLIGHT = 100;
/** Of a refusal that belongs to a rider's day: the card can't pay, is full, or is in a state that forbids it. */
export const REFUSED: readonly number[] = [402, 409];

/** Sends requests to a service over HTTP and counts the responses. */
export class ServiceClient {
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly url: string,
    private readonly tally: Tally,
    private readonly key: KeyHeaders = {},
  ) {}

  /** @throws StartupError when it is not answered with 200: nothing can be simulated then. */
  async get<Body>(path: string): Promise<Body> {
    const response = await fetch(this.url + path, {
      headers: this.key,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new StartupError(`no service answers at ${this.url}: ${reasonOf(error)}`);
    });
    if (response.status === 401 || response.status === 403) {
      const { code = '' } = (await response.json()) as { code?: string };
      throw this.lacksLeave(code);
    }
    if (response.status !== 200)
      throw new StartupError(`GET ${this.url}${path} was answered with ${response.status}`);
    return (await response.json()) as Body;
  }

  /**
   * Sends a write; null when it failed, which is counted.
   *
   * @throws StartupError when the key is missing, or not good enough: so it would be with all others.
   *
   * @param operation a name to count it by.
   * @param since the moment from which its latency counts.
   */
  async send<Body>(
    operation: string,
    method: 'POST' | 'PATCH',
    path: string,
    body: unknown,
    { key, since = performance.now() }: { key?: string; since?: number } = {},
  ): Promise<ServiceResponse<Body> | Refusal | null> {
    await this.enter();
    try {
      const response = await fetch(this.url + path, {
        method,
        body: JSON.stringify(body),
        headers: { ...this.key, 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const answer: unknown = await response.json();
      this.tally.recordLatency(operation, performance.now() - since);
      if (response.ok) return { ok: true, body: answer as Body };
      const { code = '' } = answer as { code?: string };
      if (response.status === 401 || response.status === 403) throw this.lacksLeave(code);
      if (REFUSED.includes(response.status)) {
        this.tally.recordRefusal(`${operation}: ${response.status} ${code}`);
        return { ok: false, code };
      }
      this.tally.recordFailure(`${operation}: ${response.status} ${code}`);
    } catch (error) {
      if (error instanceof StartupError) throw error;
      this.tally.recordFailure(`${operation}: ${reasonOf(error)}`);
    } finally {
      this.leave();
    }
    return null;
  }

  private lacksLeave(code: string): StartupError {
    return new StartupError(
      `the service at ${this.url} refuses this caller (${code}): --key or TRAVEL_RECHARGE_KEY takes a key of the role simulator`,
    );
  }

  private async enter(): Promise<void> {
    if (this.inFlight >= MAX_IN_FLIGHT) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.inFlight += 1;
  }

  /** Hands the place on, or gives it up. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.inFlight -= 1;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // What fetch throws says only that it failed.
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}
