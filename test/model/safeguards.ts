/** Each safeguard of the protocol; a mutant is the protocol without one of them, or without two. */
export interface Safeguards {
  /** A fill is refused when the lease is not its own any more. */
  readonly fillChecksToken: boolean;
  readonly markDropsLease: boolean;
  readonly markDropsValue: boolean;
  /** No lease is given while a mark stands. */
  readonly marksRefuseLease: boolean;
  /** The mark is set before COMMIT, not between COMMIT and the answer. */
  readonly markBeforeCommit: boolean;
  /** Without its mark a write does not commit while the row says on. */
  readonly failedMarkStops: boolean;
  /** A mark is refused in a namespace that nobody has opened. */
  readonly markNeedsAlive: boolean;
  /** A write waits until nobody can trust what was before the epoch that it read. */
  readonly waitAfterChange: boolean;
  /** The age of a reading is counted from its sending, not from its receipt. */
  readonly readingAgesFromSending: boolean;
  /** A change of epoch waits for the writes in progress and holds up new ones. */
  readonly exclusiveLock: boolean;
  /** Leases and fills are refused in a namespace that nobody has opened, or that was flushed. */
  readonly alive: boolean;
  /** `alive` is set once for an epoch: who misses it opens another. */
  readonly aliveSetOnce: boolean;
  readonly epochInNamespace: boolean;
  readonly runInNamespace: boolean;
  readonly runInTrust: boolean;
  /** The run in use gets another name when a server comes back with other contents, as by a resynchronisation. */
  readonly runNamesContents: boolean;
  readonly stateInTrust: boolean;
  /** What was loaded before a joiner arrived reaches it only through an accepted fill. */
  readonly joinOnlyAcceptedFill: boolean;
  /** The fill that a joiner shares goes to the namespace that the joiner trusts. */
  readonly joinOwnNamespace: boolean;
  /** A mark is not resolved while its transaction is in progress. */
  readonly resolveOnlyFinished: boolean;
  /** Marks are removed again, by the writer or by who asks for the state of its transaction. */
  readonly release: boolean;
  readonly releaseDropsLease: boolean;
  /** A write whose mark failed puts up a fence before it runs again. */
  readonly fenceAfterFailedMark: boolean;
  /** Sweeping old namespaces leaves the present one, even if that is newer than the sweeper's own. */
  readonly sweepSparesPresent: boolean;
}

/** The protocol as it is. */
export const ALL_SAFEGUARDS: Safeguards = {
  fillChecksToken: true,
  markDropsLease: true,
  markDropsValue: true,
  marksRefuseLease: true,
  markBeforeCommit: true,
  failedMarkStops: true,
  markNeedsAlive: true,
  waitAfterChange: true,
  readingAgesFromSending: true,
  exclusiveLock: true,
  alive: true,
  aliveSetOnce: true,
  epochInNamespace: true,
  runInNamespace: true,
  runInTrust: true,
  runNamesContents: true,
  stateInTrust: true,
  joinOnlyAcceptedFill: true,
  joinOwnNamespace: true,
  resolveOnlyFinished: true,
  release: true,
  releaseDropsLease: true,
  fenceAfterFailedMark: true,
  sweepSparesPresent: true,
};
