import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../../../common/http/problem/domain-error';
import { StoppingError } from '../../../common/http/problem/service-errors';
import { Clock } from '../../../common/time/clock';
import { AccessGate } from '../../../platform/access/access-gate';
import { CacheStatistics } from '../../../platform/cache/cache-statistics';
import { FeedEvents, type Frames, listed } from './feed-events';
import { FeedPosition, type Resumption, toEventId } from './feed-position';
import { FeedRepository, MOST_ROWS } from './feed.repository';
import { type EventType, toFrame } from './event-types';
import { type KeyStep, KeySteps, stepsOf } from './key-steps';
import type { Watcher } from './watcher';

const INTERVAL_MS = 1_000;
/** How often it is asked whether a watcher may still watch, and how long it may watch while nobody can say. */
const CHECK_MS = 10_000;
const MOST_UNVERIFIED_MS = 60_000;
/** Keys that are remembered until the next second. */
const MOST_EVICTED = 10_000;
/** How many rows of each kind are sent again to a watcher that resumes. */
const MOST_RESUMED = 1_000;

interface Position {
  readonly trips: FeedPosition;
  readonly recharges: FeedPosition;
}

/** One reading a second while somebody watches, sent to all who watch this process. */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  private readonly logger = new Logger(LiveFeed.name);
  private readonly watchers = new Set<Watcher>();
  private events = new FeedEvents();
  private position: Position | null = null;
  private evicted: string[] = [];
  private readonly steps = new KeySteps();
  private timer: NodeJS.Timeout | null = null;
  private reading: Promise<void> | null = null;
  private isAway = false;
  private isStopping = false;

  constructor(
    private readonly feed: FeedRepository,
    private readonly gate: AccessGate,
    private readonly statistics: CacheStatistics,
    private readonly clock: Clock,
  ) {}

  /** Streams end before the server waits for its requests. */
  onModuleDestroy(): void {
    this.isStopping = true;
    for (const watcher of this.watchers) watcher.end('stopping');
    this.stopWhenAlone();
  }

  get size(): number {
    return this.watchers.size;
  }

  /** How many streams somebody has. */
  countOf(name: string): number {
    return [...this.watchers].filter((watcher) => watcher.name === name).length;
  }

  /**
   * Lets somebody watch, until the stream is closed.
   *
   * @param from where the watcher was cut off; null: it begins now.
   * @throws StoppingError, and DatabaseAwayError if what was missed cannot be read.
   */
  async join(watcher: Watcher, from: Resumption | null): Promise<void> {
    if (this.isStopping) throw new StoppingError();
    // Now, so that many who come at once are counted.
    this.watchers.add(watcher);
    this.noteWatchedKeys();
    watcher.stream.once('close', () => this.leave(watcher));
    try {
      await this.begin(from !== null);
      const missed = from && (await this.missedSince(from));
      watcher.begin(
        `retry: 2000\n\n${toFrame('hello', {
          at: this.clock.now(),
          types: [...watcher.types],
          resumed: missed !== null,
          skipped: missed?.isMore ?? false,
        })}`,
      );
      if (this.isAway) watcher.send(toFrame('database', { away: true }));
      const { epoch } = this.events;
      if (epoch && watcher.types.has('epochs')) watcher.send(toFrame('epochs', epoch));
      if (missed) send(watcher, missed.frames);
    } catch (error) {
      watcher.stream.destroy();
      throw error;
    }
  }

  private leave(watcher: Watcher): void {
    this.watchers.delete(watcher);
    this.noteWatchedKeys();
    this.stopWhenAlone();
  }

  /** @param isNeeded a reading must have succeeded: without one nobody knows what was missed. */
  private async begin(isNeeded: boolean): Promise<void> {
    if (!this.timer) this.watch();
    if (this.position) return;
    await this.read().catch((error: unknown) => {
      if (isNeeded) throw error;
    });
  }

  private watch(): void {
    this.timer = setInterval(() => this.beat(), INTERVAL_MS).unref();
    const now = (): Date => this.clock.now();
    this.statistics.stepListener = (step, keys, write) => {
      if (step === 'marked' && this.evicted.length < MOST_EVICTED) this.evicted.push(...keys);
      this.steps.note(step, keys, write, now);
    };
  }

  private noteWatchedKeys(): void {
    this.steps.watch([...this.watchers].flatMap(({ keys }) => [...keys]));
  }

  private stopWhenAlone(): void {
    if (this.watchers.size > 0 && !this.isStopping) return;
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
    this.statistics.stepListener = null;
    this.steps.take();
    this.evicted = [];
    this.position = null;
    this.events = new FeedEvents();
  }

  private beat(): void {
    for (const watcher of this.watchers) {
      watcher.beat();
      if (performance.now() - watcher.checkedAt >= CHECK_MS) void this.check(watcher);
    }
    void this.read().catch(() => undefined);
  }

  private async check(watcher: Watcher): Promise<void> {
    watcher.checkedAt = performance.now();
    try {
      const caller = await this.gate.identify(watcher.request);
      if (!watcher.isAllowed(caller)) return watcher.end('access');
      watcher.verifiedAt = performance.now();
    } catch (error) {
      const isRefused = error instanceof DomainError && error.status < 500;
      if (isRefused || performance.now() - watcher.verifiedAt > MOST_UNVERIFIED_MS) watcher.end('access');
    }
  }

  /** Joins the reading that is under way: the next one begins after it. */
  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => (this.reading = null));
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    try {
      const position = (this.position ??= await this.findPosition());
      const reading = await this.feed.read(rowsAfter(position.trips), rowsAfter(position.recharges));
      // Meanwhile the last watcher may have left.
      if (position !== this.position) return;
      const now = performance.now();
      position.trips.advance(
        reading.boardings.map(({ trip_id }) => trip_id),
        now,
      );
      position.recharges.advance(
        reading.recharges.map(({ recharge_id }) => recharge_id),
        now,
      );
      const evicted = this.evicted;
      this.evicted = [];
      this.noteAway(false);
      const frames = this.events.framesOf(reading, evicted, this.clock.now(), this.size, idOf(position));
      const steps = this.steps.take();
      for (const watcher of this.watchers) send(watcher, frames, steps);
    } catch (error) {
      this.noteAway(true);
      this.logger.debug(`the events of a second could not be read: ${String(error)}`);
      throw error;
    }
  }

  private noteAway(isAway: boolean): void {
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    for (const watcher of this.watchers)
      if (watcher.hasBegun) watcher.send(toFrame('database', { away: isAway }));
  }

  private async findPosition(): Promise<Position> {
    const { trips, recharges } = await this.feed.findNewest();
    const now = performance.now();
    return { trips: FeedPosition.behind(trips, now), recharges: FeedPosition.behind(recharges, now) };
  }

  /** What happened behind a place, and was sent to those who watch already. */
  private async missedSince(from: Resumption): Promise<{ frames: Frames; isMore: boolean } | null> {
    const { position } = this;
    if (!position || from.trips > position.trips.newest || from.recharges > position.recharges.newest)
      return null;
    const reading = await this.feed.read(
      { above: from.trips, awaited: [] },
      { above: from.recharges, awaited: [] },
    );
    const boardings = reading.boardings.filter(({ trip_id }) => trip_id <= position.trips.newest);
    const recharges = reading.recharges.filter(({ recharge_id }) => recharge_id <= position.recharges.newest);
    const frames = new Map<EventType, { withCards: string; withoutCards: string }>();
    for (const [type, rows] of [
      ['boardings', boardings],
      ['recharges', recharges],
    ] as const) {
      if (rows.length === 0) continue;
      const [withCards, withoutCards] = listed(type, rows, MOST_RESUMED);
      const id = idOf(position);
      frames.set(type, {
        withCards: toFrame(type, withCards, id),
        withoutCards: toFrame(type, withoutCards, id),
      });
    }
    const isMore =
      [boardings, recharges].some(({ length }) => length > MOST_RESUMED) ||
      [reading.boardings, reading.recharges].some(({ length }) => length >= MOST_ROWS);
    return { frames, isMore };
  }
}

function rowsAfter({ newest, awaited }: FeedPosition): { above: number; awaited: readonly number[] } {
  return { above: newest, awaited };
}

function idOf({ trips, recharges }: Position): string {
  return toEventId({ trips: trips.floor, recharges: recharges.floor });
}

function send(watcher: Watcher, frames: Frames, steps: readonly KeyStep[] = []): void {
  if (!watcher.hasBegun) return;
  let text = '';
  for (const [type, { withCards, withoutCards }] of frames) {
    if (watcher.types.has(type)) text += watcher.seesCards ? withCards : withoutCards;
  }
  const own = steps.length > 0 && watcher.types.has('steps') ? stepsOf(steps, watcher.keys) : null;
  if (own) text += toFrame('steps', own);
  if (text !== '') watcher.send(text);
}
