import type { CacheNamespace } from '../store/cache-namespace';
import type { ReadResult } from './reader';

/**
 * One load of a key in this process, which other readers may share.
 *
 * When it has ended, it refers to nothing any more. V8 links each outgrown table of a Map to its successor. If an outgrown
 * table has reached the old generation, all later tables and the entries that they had stay reachable until that
 * generation is collected. Whatever an entry refers to would stay in memory, and be copied, until then.
 */
export class SingleFlight {
  /** When the load and the fill were sent, by the monotonic clock. They are infinite until then. */
  private loadSentAt = Infinity;
  private fillSentAt = Infinity;
  private loading: Promise<ReadResult> | null = null;
  // Most flights are joined by nobody, so these are made for the first who joins.
  private begun: Deferred<ReadResult | null> | null = null;
  private filled: Deferred<ReadResult | null> | null = null;

  /** @param namespace where the response will be stored, if it is stored. */
  constructor(
    private readonly namespace: CacheNamespace | undefined,
    private readonly onEnd: () => void,
  ) {}

  /**
   * Returns the result of this load, if it is as new as a load that the caller could begin itself. Otherwise it returns
   * null when this load has ended.
   *
   * @param arrivedAt when the read of the caller began, by the monotonic clock.
   * @param namespace the one that the caller trusted then.
   * @throws what the load threw.
   */
  join(arrivedAt: number, namespace: CacheNamespace | undefined): Promise<ReadResult | null> {
    if (this.loadSentAt > arrivedAt) return this.loading ?? (this.begun ??= new Deferred()).promise;
    const mayShareFill = this.fillSentAt > arrivedAt && namespace?.equals(this.namespace);
    const { promise } = (this.filled ??= new Deferred());
    return mayShareFill ? promise : promise.then(() => null);
  }

  load(load: () => Promise<ReadResult>): Promise<ReadResult> {
    this.loadSentAt = performance.now();
    const loading = load();
    this.loading = loading;
    this.begun?.resolve(loading);
    return loading;
  }

  /** Fills and ends. Only an accepted fill is shared with readers that came during the load. */
  async fill(read: ReadResult, fill: () => Promise<boolean>): Promise<void> {
    this.fillSentAt = performance.now();
    const isAccepted = await fill();
    this.end(isAccepted ? read : null);
  }

  /** @param read what was filled, if a fill was accepted. */
  end(read: ReadResult | null = null): void {
    this.onEnd();
    this.begun?.resolve(null);
    this.filled?.resolve(read);
    this.loading = this.begun = this.filled = null;
  }
}

/** The same as `Promise.withResolvers`, which Node has since version 22. */
class Deferred<Value> {
  resolve: (value: Value | PromiseLike<Value>) => void = () => undefined;
  readonly promise = new Promise<Value>((resolve) => {
    this.resolve = resolve;
  });
}
