import { PassThrough } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../../platform/access/caller';
import { EVENT_SCOPES, type EventType, toFrame } from './event-types';

/** Bytes that wait for a reader; what comes while so many wait is left out. */
const MOST_WAITING = 64 * 1_024;
/** A reader that takes nothing for so long is cut off. */
const MOST_BEHIND_MS = 30_000;
const HEARTBEAT_MS = 10_000;
/** How long a stream that has ended may take to be read. */
const LAST_READ_MS = 1_000;

/** Why a stream ends. */
export type EndReason = 'stopping' | 'access' | 'slow';

/** Somebody who watches: a stream of events, and who may see it. All times are of the monotonic clock. */
export class Watcher {
  readonly stream = new PassThrough({ highWaterMark: MOST_WAITING });
  /** When it was last known that the caller may watch. */
  verifiedAt = performance.now();
  /** When that was last asked. */
  checkedAt = performance.now();
  /** Whether it has been greeted: until then nothing else is sent. */
  hasBegun = false;
  private writtenAt = performance.now();
  private leftOut = 0;
  private hasEnded = false;

  constructor(
    readonly request: FastifyRequest,
    readonly name: string,
    readonly types: ReadonlySet<EventType>,
    /** Whether it may see of which cards events are. */
    readonly seesCards: boolean,
    /** The keys of the cache of which it wants to know every step. */
    readonly keys: ReadonlySet<string> = new Set(),
  ) {}

  /** Whether the caller may see what it watches. */
  isAllowed({ scopes }: Caller): boolean {
    return (
      scopes === null ||
      ([...this.types].every((type) => scopes.has(EVENT_SCOPES[type])) &&
        scopes.has('events:read') &&
        (!this.seesCards || scopes.has('cards:read')))
    );
  }

  /** Sends frames, or leaves them out while the reader has not taken the last ones. */
  send(frames: string): void {
    if (this.hasEnded) return;
    const now = performance.now();
    if (this.stream.writableNeedDrain) {
      this.leftOut += 1;
      if (now - this.writtenAt > MOST_BEHIND_MS) this.end('slow');
      return;
    }
    const skipped = this.leftOut === 0 ? '' : toFrame('skipped', { seconds: this.leftOut });
    this.leftOut = 0;
    this.writtenAt = now;
    this.stream.write(skipped + frames);
  }

  /** Sends the first frames. */
  begin(frames: string): void {
    this.hasBegun = true;
    this.send(frames);
  }

  /** Shows proxies and the reader that the connection lives. */
  beat(): void {
    if (this.hasBegun && performance.now() - this.writtenAt > HEARTBEAT_MS) this.send(': \n\n');
  }

  end(reason: EndReason): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.stream.writableNeedDrain) {
      this.stream.destroy();
      return;
    }
    this.stream.end(toFrame('bye', { reason }));
    setTimeout(() => this.stream.destroy(), LAST_READ_MS).unref();
  }
}
