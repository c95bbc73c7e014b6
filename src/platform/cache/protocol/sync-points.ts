/** Where a test may hold a read or a write. */
export type SyncPoint =
  'after miss' | 'after lease' | 'after load' | 'before fill' | 'after mark' | 'before release';

/** Nothing in production. */
export class SyncPoints {
  /** @param about the key of a read, the transaction id of a write. */
  reach(_point: SyncPoint, _about: string): Promise<void> | void {
    // A test puts a wait here.
  }
}
