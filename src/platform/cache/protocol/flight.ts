import type { Prefix } from '../store/names';
import type { Read } from './reader';

/**
 * One load of a key in this process, and who may share it.
 *
 * Ended, it holds on to nothing. A Map with many comings and goings outgrows its tables, and V8 links each to the next:
 * from one that has reached the old generation all later ones are reachable, with the entries that they had, until that
 * generation is collected. Whatever flights knew would live, and be copied about, until then.
 */
export class Flight {
  /** When the load and the fill were sent, by the monotonic clock; not yet, as long as they are infinite. */
  private loadSentAt = Infinity;
  private fillSentAt = Infinity;
  private loaded = new Deferred<Read | null>();
  private filled = new Deferred<Read | null>();

  /** @param prefix under which the answer will be stored, if it will. */
  constructor(
    private readonly prefix: Prefix | undefined,
    private readonly onEnd: () => void,
  ) {
    // Nobody may be waiting.
    this.loaded.promise.catch(() => undefined);
  }

  /**
   * What this load brings, if it is as new as one that the caller could have begun; null after it has ended otherwise.
   *
   * @param arrivedAt when the caller's read began.
   * @param prefix that the caller trusted then.
   * @throws what the load threw.
   */
  join(arrivedAt: number, prefix: Prefix | undefined): Promise<Read | null> {
    if (this.loadSentAt > arrivedAt) return this.loaded.promise;
    const countsFill = this.fillSentAt > arrivedAt && prefix?.equals(this.prefix);
    return countsFill ? this.filled.promise : this.filled.promise.then(() => null);
  }

  async load(load: () => Promise<Read>): Promise<Read> {
    this.loadSentAt = performance.now();
    try {
      const read = await load();
      this.loaded.resolve(read);
      return read;
    } catch (error) {
      this.loaded.reject(error);
      throw error;
    }
  }

  /** Ends with the fill: only one that was accepted is shared by who came during the load. */
  async fill(read: Read, fill: () => Promise<boolean>): Promise<void> {
    this.fillSentAt = performance.now();
    const isAccepted = await fill();
    this.end(isAccepted ? read : null);
  }

  /** @param read what a fill brought. */
  end(read: Read | null = null): void {
    this.onEnd();
    this.loaded.resolve(null);
    this.filled.resolve(read);
    this.loaded = this.filled = NOTHING;
  }
}

/** `Promise.withResolvers`, which Node has from 22 on. */
class Deferred<Value> {
  resolve: (value: Value) => void = () => undefined;
  reject: (error: unknown) => void = () => undefined;
  readonly promise = new Promise<Value>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** Instead of what has been handed over: nobody joins a flight that has ended. */
const NOTHING = new Deferred<Read | null>();
