import type { CacheStep } from '../../../platform/cache/cache-statistics';

/** So many steps of a second are remembered, and so many of them told to each watcher. */
const MOST_REMEMBERED = 2_000;
const MOST_LISTED = 200;

/** What happened to a key of the cache in this process. */
export interface KeyStep {
  readonly at: Date;
  readonly step: CacheStep;
  readonly key: string;
  /** The id of the transaction that marked or released; null of a reader's step. */
  readonly write: string | null;
}

/** What happens to the keys that somebody watches, in its order, until it is told. */
export class KeySteps {
  private watched: ReadonlySet<string> = new Set();
  private steps: KeyStep[] = [];

  /** Decides which keys are watched from now on. */
  watch(keys: Iterable<string>): void {
    this.watched = new Set(keys);
  }

  note(step: CacheStep, keys: readonly string[], write: string | undefined, now: () => Date): void {
    if (this.watched.size === 0) return;
    for (const key of keys)
      if (this.watched.has(key) && this.steps.length < MOST_REMEMBERED)
        this.steps.push({ at: now(), step, key, write: write ?? null });
  }

  /** Takes what was noted since the last time. */
  take(): readonly KeyStep[] {
    const { steps } = this;
    this.steps = [];
    return steps;
  }
}

/** The steps of some keys, as an event lists them; null if there are none. */
export function stepsOf(
  steps: readonly KeyStep[],
  keys: ReadonlySet<string>,
): { readonly steps: readonly KeyStep[]; readonly more: number } | null {
  const own = steps.filter(({ key }) => keys.has(key));
  return own.length === 0
    ? null
    : { steps: own.slice(0, MOST_LISTED), more: Math.max(0, own.length - MOST_LISTED) };
}
