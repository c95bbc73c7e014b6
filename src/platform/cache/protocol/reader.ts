import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/app-config';
import { type Source, Statistics } from '../statistics';
import type { Prefix } from '../store/names';
import { type Answer, decode, encode, type StoredAnswer, toStored } from '../store/stored-answer';
import { EpochWatch, type Trust } from './epoch-watch';
import { Flight } from './flight';
import { Marks } from './marks';
import { SyncPoints } from './sync-points';

/** How long a lease is good for, in milliseconds: a load that takes longer may be done twice. */
const LEASE_TIME = 2_000;
/** How long a reader waits for the store and for another process's load before it loads itself, in milliseconds. */
const LONGEST_WAIT = 100;
const POLL_MS = 8;
/** Times to live differ by up to this share, so that what was filled together does not expire together. */
const JITTER = 0.1;

/** What a reader gets: an answer, and where it came from. */
export interface Read {
  readonly answer: StoredAnswer;
  readonly source: Source;
}

/** How to load what is not there, and how long it may stay, in milliseconds. */
export interface Load {
  readonly load: () => Promise<Answer>;
  readonly timeToLive: (answer: Answer) => number;
  /** Whether only writes change the answer, so that a hit must equal the database. */
  readonly isComparable: boolean;
}

/** A reader's part: one command for what is there, one load for all who miss. */
@Injectable()
export class Reader {
  private readonly flights = new Map<string, Flight>();

  constructor(
    private readonly watch: EpochWatch,
    private readonly marks: Marks,
    private readonly statistics: Statistics,
    private readonly sync: SyncPoints,
    private readonly config: AppConfig,
  ) {}

  async read(key: string, load: Load): Promise<Read> {
    const arrivedAt = performance.now();
    const trust = this.watch.trust();
    const answer = trust ? await this.get(trust, key) : undefined;
    if (trust && answer) {
      if (isDueForRefresh(answer)) void this.refresh(trust, key, load);
      else if (load.isComparable && this.isSampled()) void this.compare(trust, key, load, answer);
      return { answer, source: 'HIT' };
    }
    await this.sync.reach('after miss', key);
    return this.miss(trust, key, load, arrivedAt);
  }

  /** What is stored, trusted or not, for who would rather have an old answer than none. */
  async readUntrusted(key: string): Promise<StoredAnswer | undefined> {
    const place = this.watch.place();
    return place ? this.get(place, key) : undefined;
  }

  /**
   * Joins the load under way where that is as new as a load of its own. A load that was begun after this reader came
   * is; one that was begun earlier is only if its fill, sent later, was accepted: then no write came in between. What
   * its leader found in the store never is.
   */
  private async miss(trust: Trust | null, key: string, load: Load, arrivedAt: number): Promise<Read> {
    for (;;) {
      const flight = this.flights.get(key);
      if (!flight) return this.lead(trust, key, load, arrivedAt);
      const read = await flight.join(arrivedAt, trust?.prefix);
      if (read) return read;
      const answer = trust ? await this.get(trust, key) : undefined;
      if (answer) return { answer, source: 'HIT' };
    }
  }

  private async lead(trust: Trust | null, key: string, load: Load, arrivedAt: number): Promise<Read> {
    const flight = this.drop(key, trust?.prefix);
    let isFilling = false;
    try {
      const token = randomUUID();
      const found = trust ? await this.acquire(trust, key, token, arrivedAt) : 'bypass';
      if (typeof found === 'object') return { answer: found, source: 'HIT' };
      await this.sync.reach('after lease', key);
      const loading = flight.load(async () => ({
        answer: await this.load(load),
        source: found === 'lease' ? 'MISS' : 'BYPASS',
      }));
      if (trust && found === 'lease') loading.catch(() => this.giveUp(trust, key));
      const read = await loading;
      await this.sync.reach('after load', key);
      // Not awaited: the leader has what it came for.
      isFilling = trust !== null && found === 'lease';
      if (trust && isFilling) void flight.fill(read, () => this.fill(trust, key, token, read.answer));
      return read;
    } finally {
      if (!isFilling) flight.end();
    }
  }

  /** Apart from `lead`: what the flight is given must not know the request (see Flight). */
  private drop(key: string, prefix: Prefix | undefined): Flight {
    const flight = new Flight(prefix, () => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  /** A lease that nobody will use would keep others waiting. */
  private giveUp({ prefix, session }: Trust, key: string): void {
    session.drop(prefix, [key]).catch(() => undefined);
  }

  private async load({ load, timeToLive }: Load): Promise<StoredAnswer> {
    const begun = performance.now();
    const answer = await load();
    const jitter = 1 - JITTER * Math.random();
    const loadTime = Math.round(performance.now() - begun);
    return toStored(answer, Date.now(), loadTime, Math.round(timeToLive(answer) * jitter));
  }

  private async acquire(
    trust: Trust,
    key: string,
    token: string,
    arrivedAt: number,
  ): Promise<StoredAnswer | 'lease' | 'bypass'> {
    const { prefix, session } = trust;
    const deadline = arrivedAt + LONGEST_WAIT;
    try {
      for (let attempt = 1; ; attempt += 1) {
        const acquired = await session.acquire(prefix, key, token, LEASE_TIME, false);
        if (acquired.kind === 'lease') return 'lease';
        if (acquired.kind === 'value') return decode(acquired.text) ?? 'bypass';
        if (acquired.kind === 'marked') this.marks.resolve(trust, key, acquired.marks);
        if (acquired.kind !== 'wait' || performance.now() >= deadline) return 'bypass';
        if (attempt === 1) this.statistics.happened('waits');
        await sleep(Math.min(POLL_MS, acquired.remaining));
      }
    } catch {
      return 'bypass';
    }
  }

  private async fill(
    { prefix, session }: Trust,
    key: string,
    token: string,
    answer: StoredAnswer,
  ): Promise<boolean> {
    await this.sync.reach('before fill', key);
    const isFilled = await session
      .fill(prefix, key, token, encode(answer), answer.timeToLive)
      .catch(() => false);
    if (!isFilled) this.statistics.happened('fills_refused');
    return isFilled;
  }

  private async get({ prefix, session }: Trust, key: string): Promise<StoredAnswer | undefined> {
    const text = await session.get(prefix, key).catch(() => null);
    return text === null ? undefined : decode(text);
  }

  private isSampled(): boolean {
    const oneIn = this.config.get('CACHE_SAMPLE_ONE_IN');
    return oneIn > 0 && Math.random() * oneIn < 1;
  }

  /** If the same answer is stored before and after a load, no write came in between, and the load must equal it. */
  private async compare(trust: Trust, key: string, { load }: Load, answer: StoredAnswer): Promise<void> {
    try {
      const loaded = await load();
      const after = await this.get(trust, key);
      if (after?.madeAt !== answer.madeAt || !trust.prefix.equals(this.watch.trust()?.prefix)) return;
      this.statistics.happened('samples');
      if (loaded.status !== answer.status || loaded.body !== answer.body)
        this.statistics.happened('differences');
    } catch {
      // Without the database there is nothing to compare with.
    }
  }

  /** Loads ahead of the expiry, under a lease as always, while everybody is served what is there. */
  private async refresh(trust: Trust, key: string, load: Load): Promise<void> {
    const token = randomUUID();
    const acquired = await trust.session
      .acquire(trust.prefix, key, token, LEASE_TIME, true)
      .catch(() => null);
    if (acquired?.kind !== 'lease') return;
    try {
      await this.fill(trust, key, token, await this.load(load));
    } catch {
      // What is there stays until it expires: without the database it may be all that there is.
    }
  }
}

/** XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention, VLDB 2015), beta 1. */
function isDueForRefresh({ madeAt, loadTime, timeToLive }: StoredAnswer): boolean {
  return Date.now() - loadTime * Math.log(1 - Math.random()) >= madeAt + timeToLive;
}
