import { untrack } from 'svelte';
import { asFailure, Away, type Failure, isAborted, type Refused } from '../api/failures';
import { session } from '../api/session.svelte';

/** Milliseconds until the next try while the service is away; it grows up to the second number. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 10_000;

type Load<Value> = (signal: AbortSignal) => Promise<Value> | null;

/**
 * What a part of a screen shows: loaded when the component appears and whenever what `load` reads changes, tried again while the
 * service is away. The last value stays until there is a newer one.
 */
export class Resource<Value> {
  value: Value | null = $state.raw(null);
  failure: Failure | null = $state.raw(null);
  isLoading = $state(false);
  /** When the value was loaded. */
  at: number | null = $state(null);
  private load: Load<Value> = () => null;
  private controller: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;

  constructor(private readonly everyMs: number | null) {}

  /** The value is not what the service would say now. */
  get isStale(): boolean {
    return this.value !== null && this.failure instanceof Away;
  }

  /** The refusal that cannot be waited for. */
  get refusal(): Refused | null {
    return this.failure instanceof Away ? null : this.failure;
  }

  /** Begins anew, for something else. */
  begin(load: Load<Value>): void {
    this.load = load;
    this.value = null;
    this.failure = null;
    this.at = null;
    void this.reload();
  }

  /** Loads it again; what is shown stays until then. */
  async reload(): Promise<void> {
    this.stop();
    const controller = new AbortController();
    this.controller = controller;
    const pending = this.load(controller.signal);
    this.isLoading = pending !== null;
    if (pending === null) return;
    try {
      this.value = await pending;
      if (controller.signal.aborted) return;
      this.at = Date.now();
      this.failure = null;
      this.tries = 0;
      if (this.everyMs !== null) this.again(this.everyMs);
    } catch (error) {
      if (controller.signal.aborted || isAborted(error)) return;
      this.failure = asFailure(error);
      if (this.failure instanceof Away) this.again(this.nextTry());
      else if (this.failure.isPassing) this.again((this.failure.retryAfterSeconds ?? 1) * 1_000);
    }
    this.isLoading = false;
  }

  /** Shows a newer value that is known already. */
  replace(value: Value): void {
    this.value = value;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.controller?.abort();
  }

  private nextTry(): number {
    this.tries += 1;
    return Math.min(FIRST_RETRY_MS * 2 ** (this.tries - 1), LAST_RETRY_MS);
  }

  private again(delayMs: number): void {
    this.timer = setTimeout(() => void this.reload(), delayMs);
  }
}

/**
 * A resource of this component.
 *
 * @param load returns null when there is nothing to load.
 * @param everyMs how often it is loaded again; never when it is left out.
 */
export function resource<Value>(load: Load<Value>, everyMs: number | null = null): Resource<Value> {
  const made = new Resource<Value>(everyMs);
  let loaded = 0;
  $effect(() => {
    // Reads what the request depends on, and sends it once.
    const controller = new AbortController();
    let first: Promise<Value> | null = load(controller.signal);
    untrack(() => {
      loaded = session.count;
      made.begin((signal) => {
        const pending = first ?? load(signal);
        if (first) signal.addEventListener('abort', () => controller.abort());
        first = null;
        return pending;
      });
    });
    return () => {
      controller.abort();
      made.stop();
    };
  });
  $effect(() => {
    if (session.count !== loaded) {
      loaded = session.count;
      untrack(() => void made.reload());
    }
  });
  return made;
}
