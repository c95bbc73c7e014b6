import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { AppConfig } from '../../config/app-config';
import { Statistics } from '../statistics';
import { CacheConnection, type CacheSession, type Mark } from '../store/cache-session';
import type { Prefix } from '../store/names';
import { beginInEpoch, type DatabaseIdentity, type Entry, fateOf, identify, prefixOf } from './epoch';
import { EpochKeeper } from './epoch-keeper';
import { EpochWatch, type Trust } from './epoch-watch';
import { SyncPoints } from './sync-points';

/** How old a mark is when a reader asks what became of its writer, in milliseconds. */
const OVERDUE = 2_000;
/** How often at most the same is asked, in milliseconds. */
const ASK_EVERY = 500;
const MOST_ASKED = 10_000;
const POLL_MS = 5;

/** The store could not be told of a write: roll back, and run again as the epoch then says. */
export class MarkFailed extends Error {}

/** Somebody may still trust the epoch before: roll back, and run again after the wait, in milliseconds. */
export class EpochTooYoung extends Error {
  constructor(readonly wait: number) {
    super();
  }
}

/** A write's transaction, and the epoch that it runs in. */
export interface Writer extends Entry {
  readonly life: string;
  readonly prefix: Prefix;
  /** The transaction's id, and a nonce: after a crash of PostgreSQL an id may be given again. */
  readonly mark: string;
}

/** The marks of a write. */
export interface Marking {
  readonly writer: Writer;
  readonly keys: readonly string[];
  /** @throws MarkFailed */
  readonly done: Promise<void>;
}

/** A writer's part: before its commit nobody may keep what it makes old, and after it nobody has it. */
@Injectable()
export class Marks {
  private readonly identities = new WeakMap<PoolClient, DatabaseIdentity>();
  private readonly asked = new Map<string, number>();

  constructor(
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
    private readonly keeper: EpochKeeper,
    private readonly dataSource: DataSource,
    private readonly statistics: Statistics,
    private readonly sync: SyncPoints,
    private readonly config: AppConfig,
  ) {}

  /**
   * Whether a write may count on being let in. Else it takes no lock before it is: a change of the epoch would have to
   * wait until it has that lock, or has given up.
   */
  get expectsEntry(): boolean {
    return this.watch.trust() !== null;
  }

  /**
   * Begins a write's transaction. BEGIN is sent by the time this returns: what the caller sends next is in it.
   *
   * @throws EpochTooYoung
   * @throws MarkFailed when there is nothing to mark in: before the write changes anything.
   */
  async begin(client: PoolClient): Promise<Writer> {
    const [entry, identity] = await Promise.all([
      beginInEpoch(client),
      this.identities.get(client) ?? identify(client),
    ]);
    this.identities.set(client, identity);
    const wait = this.watch.receive(identity.life, entry.epoch);
    if (wait > 0) throw new EpochTooYoung(wait);
    if (entry.state === 'on' && !this.sessionOf(entry)) throw new MarkFailed();
    return {
      ...entry,
      life: identity.life,
      prefix: prefixOf(identity, entry.epoch, entry.runId),
      mark: `${entry.writer}:${randomUUID()}`,
    };
  }

  /** Marks the keys while the write goes on; before its commit the write awaits `done`. */
  mark(writer: Writer, keys: readonly string[]): Marking {
    // In an epoch that is off nobody trusts the cache: there is nothing to mark.
    const done = writer.state === 'on' ? this.tell(writer, keys) : Promise.resolve();
    // A write that fails meanwhile does not await it.
    done.catch(() => undefined);
    return { writer, keys, done };
  }

  /** After COMMIT or ROLLBACK. Should it fail, readers go to the database until the mark is resolved. */
  async release({ writer, keys, done }: Marking): Promise<void> {
    if (writer.state === 'off') return;
    await this.sync.reach('before release', writer.writer);
    await done.catch(() => undefined);
    await this.sessionOf(writer)
      ?.release(writer.prefix, keys, writer.mark)
      .catch(() => undefined);
  }

  /**
   * After a failed mark. The store may be back at once, which is worth a second attempt; if it is not, nobody may trust
   * it any more.
   */
  async recover(attempt: number): Promise<void> {
    const patience = this.connection.isExclusive ? 0 : this.config.get('REDIS_TIMEOUT_MS');
    const deadline = performance.now() + patience;
    while (attempt === 1 && !this.connection.session && performance.now() < deadline) await sleep(POLL_MS);
    if (attempt > 1 || !this.connection.session) await this.keeper.standAside();
  }

  /**
   * Whether a write whose COMMIT was not answered may still be in progress. That one did commit is nothing to answer its
   * caller by: after a crash of PostgreSQL the same transaction id may be another's.
   */
  async mayCommit({ writer, life }: Writer): Promise<boolean> {
    return (await fateOf(this.dataSource, writer, life).catch(() => 'unknown')) === 'unknown';
  }

  /** A reader met these marks: what their writers left behind is cleared away. */
  resolve(trust: Trust, key: string, marks: readonly Mark[]): void {
    for (const { mark, age } of marks) {
      if (age >= OVERDUE && this.mayAsk(`${mark} ${key}`)) void this.resolveOne(trust, key, mark);
    }
  }

  private async resolveOne({ prefix, session, life }: Trust, key: string, mark: string): Promise<void> {
    const [writer = ''] = mark.split(':');
    const fate = await fateOf(this.dataSource, writer, life).catch(() => 'unknown');
    if (fate !== 'unknown') await session.release(prefix, [key], mark).catch(() => undefined);
  }

  private mayAsk(question: string): boolean {
    const now = performance.now();
    if (now - (this.asked.get(question) ?? -Infinity) < ASK_EVERY) return false;
    if (this.asked.size >= MOST_ASKED) this.asked.clear();
    this.asked.set(question, now);
    return true;
  }

  private async tell(writer: Writer, keys: readonly string[]): Promise<void> {
    const session = this.sessionOf(writer);
    if (!session) throw new MarkFailed();
    try {
      await session.mark(writer.prefix, keys, writer.mark);
    } catch {
      // Good answers are counted from a new session on.
      session.close();
      throw new MarkFailed();
    }
    this.statistics.evicted(keys.length);
    await this.sync.reach('after mark', writer.writer);
  }

  /** Only the store that the epoch names may be marked. */
  private sessionOf({ runId }: Entry): CacheSession | null {
    const { session } = this.connection;
    return session?.runId === runId ? session : null;
  }
}
