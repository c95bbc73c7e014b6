import type { Epoch } from './epoch';

/** How long the store must have answered before a fence is lifted, in milliseconds. */
const GOOD_TIME = 5_000;
/** An epoch younger than this may be the work of an instance that uses another server, in milliseconds. */
const SUSPICION_TIME = 10_000;

/** What an instance knows of its own store; null while it cannot reach it. */
export interface OwnStore {
  readonly runId: string;
  /** Whether the epoch's name is still there. */
  readonly isAlive: boolean;
  /** Milliseconds since the session was opened. */
  readonly openFor: number;
  /** Whether no other server can be in use. */
  readonly isSole: boolean;
}

/**
 * What an instance has to do about an epoch: `change` it, put up or `lift` its own fence, `reconnect` to the store, or
 * nothing.
 */
export type Verdict = 'change' | 'fence' | 'lift' | 'reconnect' | 'nothing';

/** The rules of the epoch; who changes it asks again under the lock. */
export function judge(epoch: Epoch, instance: string, store: OwnStore | null): Verdict {
  const isSameServer = store?.runId === epoch.runId;
  if (epoch.fences.length > 0) {
    if (epoch.state === 'on') return 'change';
    const isFenced = epoch.fences.includes(instance);
    const isGood = store !== null && store.openFor >= GOOD_TIME;
    return isFenced && isGood && (isSameServer || epoch.age >= SUSPICION_TIME) ? 'lift' : 'nothing';
  }
  if (!store) return 'nothing';
  if (epoch.state === 'off' || epoch.hasFences) return 'change';
  if (isSameServer) return store.isAlive ? 'nothing' : 'change';
  if (epoch.age >= SUSPICION_TIME || store.isSole) return 'change';
  return store.openFor < epoch.age ? 'fence' : 'reconnect';
}
