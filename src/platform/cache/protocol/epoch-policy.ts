import type { Epoch } from './epoch';

/** A store must have answered for so long before the fence of its instance is lifted. */
const STABLE_STORE_MS = 5_000;
/** While an epoch is younger than this, the instance that opened it may still use another server. */
const YOUNG_EPOCH_MS = 10_000;

/** What an instance knows about its own store. It is null while the instance cannot reach the store. */
export interface StoreStatus {
  readonly runId: string;
  /** Whether the store still has the name `alive` of the epoch. */
  readonly isAlive: boolean;
  /** Milliseconds since the session was opened. */
  readonly openForMs: number;
  /** Whether no other store can serve this database. */
  readonly isOnlyStore: boolean;
}

/** What an instance has to do about an epoch. */
export type EpochAction = 'change epoch' | 'raise fence' | 'lift fence' | 'reconnect' | 'nothing';

/** The rules of the epoch. An instance that is to change the epoch applies them again under the lock. */
export function decideEpochAction(epoch: Epoch, instance: string, store: StoreStatus | null): EpochAction {
  const isSameStore = store?.runId === epoch.runId;
  if (epoch.fences.length > 0) {
    if (epoch.state === 'on') return 'change epoch';
    const isFenced = epoch.fences.includes(instance);
    const isStable = store !== null && store.openForMs >= STABLE_STORE_MS;
    const mayLift = isFenced && isStable && (isSameStore || epoch.ageMs >= YOUNG_EPOCH_MS);
    return mayLift ? 'lift fence' : 'nothing';
  }
  if (!store) return 'nothing';
  if (epoch.state === 'off' || epoch.hasFences) return 'change epoch';
  if (isSameStore) return store.isAlive ? 'nothing' : 'change epoch';
  if (epoch.ageMs >= YOUNG_EPOCH_MS || store.isOnlyStore) return 'change epoch';
  return store.openForMs < epoch.ageMs ? 'raise fence' : 'reconnect';
}
