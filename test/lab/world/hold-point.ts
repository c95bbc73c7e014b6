import type { SyncPoint } from '../../../src/platform/cache/protocol/sync-points';

/** Where a request of the plain city can be held. */
export type PlainPoint =
  'after miss' | 'after load' | 'after change' | 'after delete' | 'after commit' | 'after check';

/** Where a request of either city can be held. */
export type HoldPoint = SyncPoint | PlainPoint;
