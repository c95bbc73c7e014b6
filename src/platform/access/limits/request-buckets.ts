import { LRUCache } from 'lru-cache';
import { atMost } from '../../../common/at-most';
import { type Quota, WINDOW_MS } from './quota';

/** So many callers are counted; whoever has asked least recently begins anew. */
const MOST_CALLERS = 100_000;
/** Milliseconds: sums of fractions are not exact. */
const TOLERANCE_MS = 0.001;

/** Whoever is counted. */
export interface Counted {
  /** The id of the key, the name of the person, or the address. */
  readonly name: string;
  /** Whether it is a key or a person. */
  readonly isKnown: boolean;
}

/** When the next request of a caller would be due if they came evenly, by the monotonic clock. */
interface Bucket {
  dueAt: number;
}

/**
 * Counts the requests of each caller in the memory of this process, in constant time and without a timer. It is the generic
 * cell rate algorithm in its form of virtual scheduling (ITU-T I.371, annex A.1; ATM Forum Traffic Management 4.1, 4.4.2):
 * a caller may be ahead of an even stream of requests by as much as one minute brings.
 */
export class RequestBuckets {
  private readonly buckets: LRUCache<string, Bucket>;

  constructor(max = MOST_CALLERS) {
    this.buckets = new LRUCache(atMost(max));
  }

  /** @param most requests a minute. */
  take(caller: string, most: number): Quota {
    const now = performance.now();
    const interval = WINDOW_MS / most;
    const bucket = this.bucketOf(caller, now);
    const dueAt = Math.max(bucket.dueAt, now) + interval;
    const room = WINDOW_MS + TOLERANCE_MS - (dueAt - now);
    if (room < 0) return { isExceeded: true, most, remaining: 0, moreInMs: -room };
    bucket.dueAt = dueAt;
    return {
      isExceeded: false,
      most,
      remaining: Math.floor(room / interval),
      moreInMs: interval - (room % interval),
    };
  }

  private bucketOf(caller: string, now: number): Bucket {
    const known = this.buckets.get(caller);
    if (known) return known;
    const bucket = { dueAt: now };
    this.buckets.set(caller, bucket);
    return bucket;
  }
}

/** Keys and people are counted apart from addresses: however many of those there are, no key is forgotten for them. */
export class CallerBuckets {
  private readonly known: RequestBuckets;
  private readonly strangers: RequestBuckets;

  constructor(max?: number) {
    this.known = new RequestBuckets(max);
    this.strangers = new RequestBuckets(max);
  }

  /** @param most requests a minute. */
  take({ name, isKnown }: Counted, most: number, limit = ''): Quota {
    return (isKnown ? this.known : this.strangers).take(limit + name, most);
  }
}
