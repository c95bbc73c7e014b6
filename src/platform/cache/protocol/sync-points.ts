/** A point at which a test can hold a read or a write. */
export type SyncPoint =
  'after miss' | 'after lease' | 'after load' | 'before fill' | 'after mark' | 'before release';

/** Does nothing in production. Tests replace it, to force the order of steps. */
export class SyncPoints {
  /** @param subject the key of a read, or the transaction id of a write. */
  reach(_point: SyncPoint, _subject: string): Promise<void> | void {
    // A test waits here.
  }
}
