import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../postgres/connection';
import type { Heartbeat } from '../../postgres/heartbeat';
import type { CacheNamespace } from '../store/cache-namespace';
import type { CacheConnection } from '../store/cache-session';
import { CacheLocation, Trust } from './cache-location';
import {
  CACHE_LOCK,
  type DatabaseIdentity,
  type Epoch,
  identifyDatabase,
  namespaceOf,
  readEpoch,
} from './epoch';

/** The time from one reading of the epoch to the next. */
const READ_INTERVAL_MS = 250;
/** How long a reading is trusted, counted from the moment when it was sent. */
const TRUST_MS = 1_000;
/**
 * Where a standby may take the place of the server, only a new connection says where the database is now: a balancer may keep the
 * old one. So it is made anew when it is so old, in milliseconds, and what it says is trusted from the moment when it was begun.
 */
const CONNECTION_LIFETIME_MS = 400;
/** If the wall clock and the monotonic clock drift further apart than this, the machine was suspended. */
const CLOCK_TOLERANCE_MS = 250;
/** How long a write waits after its instance first saw an epoch. After that, nobody trusts the epoch before it. */
export const EPOCH_WAIT_MS = TRUST_MS + 250;

/** A moment by both clocks. */
interface Moment {
  /** Monotonic, in milliseconds. */
  readonly at: number;
  /** Milliseconds since 1970. */
  readonly atWall: number;
}

/** One reading of the epoch, and when it was sent by both clocks. */
export interface EpochReading extends Epoch {
  readonly identity: DatabaseIdentity;
  /** By the monotonic clock, in milliseconds; or when its connection was begun (see CONNECTION_LIFETIME_MS). */
  readonly sentAt: number;
  /** The same by the wall clock, in milliseconds since 1970. */
  readonly sentAtWall: number;
  readonly namespace: CacheNamespace;
}

/** Reads the epoch again and again over a connection of its own, and says whether the cache may be trusted. */
export class EpochWatch {
  private client: Connection | null = null;
  private opening: Moment = { at: -Infinity, atWall: -Infinity };
  private mustReconnect = false;
  private identity: DatabaseIdentity | null = null;
  private lastReading: EpochReading | null = null;
  private trusted: Trust | null = null;
  private firstSeen = { epochName: '', at: 0 };
  private readonly stopping = new AbortController();

  constructor(
    private readonly databaseUrl: string,
    private readonly connection: CacheConnection,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** Returns the permission to use the cache, or null. It sends no command. */
  trust(): Trust | null {
    const { lastReading, trusted } = this;
    return lastReading && trusted?.session.isOpen && isYoung(lastReading) ? trusted : null;
  }

  /** Returns the version of the callers' keys that a reading saw which is still believed; null: PostgreSQL has to be asked. */
  accessVersion(): string | null {
    const { lastReading } = this;
    return lastReading && isYoung(lastReading) ? lastReading.accessVersion : null;
  }

  /**
   * Returns which database this is, in which epoch, by a reading that is still believed; null: nobody knows. What was read
   * while it was another may be of another database, or of another time.
   */
  databaseInForce(): CacheNamespace | null {
    const { lastReading } = this;
    return lastReading && isYoung(lastReading) ? lastReading.namespace : null;
  }

  /** Returns where responses are stored, even when the cache is not trusted; null when that is not known. */
  location(): CacheLocation | null {
    const { lastReading } = this;
    const { session } = this.connection;
    if (!lastReading || session?.runId !== lastReading.runId) return null;
    return new CacheLocation(lastReading.namespace, session);
  }

  /**
   * Notes that this epoch is in force, and returns after how many milliseconds a write may commit in it; the time is
   * over when the number is negative. After a restart of the database the epoch counts as another one, because some
   * process may still trust a reading from before the restart.
   */
  noteEpoch(incarnation: string, epoch: string): number {
    const epochName = `${incarnation} ${epoch}`;
    if (epochName !== this.firstSeen.epochName) this.firstSeen = { epochName, at: performance.now() };
    return this.firstSeen.at + EPOCH_WAIT_MS - performance.now();
  }

  /** @param afterReading what to do with each reading before the next one. */
  async run(afterReading: (reading: EpochReading) => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const nextAt = performance.now() + READ_INTERVAL_MS;
      // If the reading fails, trust runs out by itself.
      await this.read()
        .then(afterReading)
        .catch(() => undefined);
      await sleep(Math.max(nextAt - performance.now(), 0), null, { signal }).catch(() => undefined);
    }
  }

  /** Reads the epoch once. */
  read(): Promise<EpochReading> {
    return this.heartbeat.listen(() => this.readOverConnection());
  }

  stop(): void {
    this.stopping.abort();
    this.disconnect();
    this.heartbeat.stop();
  }

  private async readOverConnection(): Promise<EpochReading> {
    try {
      if (this.mustReconnect && performance.now() - this.opening.at > CONNECTION_LIFETIME_MS)
        this.disconnect();
      const client = await this.connect();
      const identity = (this.identity ??= await identifyDatabase(client));
      await this.tryCacheLock(client);
      const sending = now();
      const epoch = await readEpoch(client);
      // The lock of a store for one process would be lost with the connection.
      this.mustReconnect = epoch.isReplicated && !this.connection.isSingleProcess;
      const { at: sentAt, atWall: sentAtWall } = this.mustReconnect ? this.opening : sending;
      const namespace = namespaceOf(identity, epoch.epoch, epoch.runId);
      const reading = { ...epoch, identity, sentAt, sentAtWall, namespace };
      this.accept(reading);
      this.heartbeat.primary.note(identity.incarnation, this.mustReconnect ? sentAt + TRUST_MS : Infinity);
      return reading;
    } catch (error) {
      this.disconnect();
      throw error;
    }
  }

  private accept(reading: EpochReading): void {
    const { identity, namespace, state, hasFences, runId } = reading;
    this.noteEpoch(identity.incarnation, reading.epoch);
    const { session } = this.connection;
    const isTrusted = state === 'on' && !hasFences && session?.runId === runId;
    this.lastReading = reading;
    this.trusted = session && isTrusted ? new Trust(namespace, session, identity.incarnation) : null;
  }

  private async connect(): Promise<Connection> {
    if (this.client) return this.client;
    this.opening = now();
    const client = new Connection({
      connectionString: this.databaseUrl,
      application_name: 'travel-recharge-cache',
      requiresPrimary: true,
      connectionTimeoutMillis: TRUST_MS,
      session: { statement_timeout: `${TRUST_MS}` },
      query_timeout: TRUST_MS,
      keepAlive: true,
    });
    client.on('error', () => {
      if (this.client === client) this.disconnect();
    });
    await client.connect();
    this.client = client;
    return client;
  }

  private disconnect(): void {
    const { client } = this;
    this.client = null;
    this.identity = null;
    this.connection.setLockHeld(false);
    client?.end().catch(() => undefined);
  }

  /**
   * Tries to take the cache lock of the database, if the store is for one process only. PostgreSQL frees the lock when
   * the connection ends.
   */
  private async tryCacheLock(client: Connection): Promise<void> {
    if (!this.connection.isSingleProcess || this.connection.session) return;
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      CACHE_LOCK,
    ]);
    this.connection.setLockHeld(rows[0]?.taken === true && this.client === client);
  }
}

function now(): Moment {
  return { at: performance.now(), atWall: Date.now() };
}

/** Whether a reading is believed. Its age counts from its sending, because it saw whatever was committed before that. */
function isYoung({ sentAt, sentAtWall }: EpochReading): boolean {
  const ageMs = performance.now() - sentAt;
  return ageMs < TRUST_MS && Math.abs(Date.now() - sentAtWall - ageMs) <= CLOCK_TOLERANCE_MS;
}
