import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '../../postgres/connection';
import type { Heartbeat } from '../../postgres/heartbeat';
import type { CacheConnection, CacheSession } from '../store/cache-session';
import type { Prefix } from '../store/names';
import { CACHE_LOCK, type DatabaseIdentity, type Epoch, identify, prefixOf, readEpoch } from './epoch';

/** Milliseconds between two looks. */
const LOOK_EVERY = 250;
/** How long a look is believed, from its sending, in milliseconds. */
const TRUST_TIME = 1_000;
/** How far the wall clock may leave the monotonic one before this process counts as suspended, in milliseconds. */
const CLOCK_TOLERANCE = 250;
/** How long a write waits since its instance first heard of an epoch: nobody trusts the one before any more. */
export const EPOCH_WAIT = TRUST_TIME + 250;

/** Leave to use the cache: under this prefix, over this session. */
export interface Trust {
  readonly prefix: Prefix;
  /** Of the database that the prefix is for. */
  readonly life: string;
  readonly session: CacheSession;
}

/** What a look saw, and when it was sent, by both clocks. */
export interface Look extends Epoch {
  readonly identity: DatabaseIdentity;
  readonly sentAt: number;
  readonly sentAtWall: number;
  readonly prefix: Prefix;
}

/** Looks at the epoch again and again over a connection of its own, and says whether the cache may be trusted. */
export class EpochWatch {
  private client: Connection | null = null;
  private identity: DatabaseIdentity | null = null;
  private last: Look | null = null;
  private trusted: Trust | null = null;
  private received = { name: '', at: 0 };
  private readonly stopping = new AbortController();

  constructor(
    private readonly databaseUrl: string,
    private readonly connection: CacheConnection,
    private readonly heartbeat: Heartbeat,
  ) {}

  /** Leave to use the cache, or null. Costs no command. */
  trust(): Trust | null {
    const { last, trusted } = this;
    return last && trusted?.session.isOpen && isYoung(last) ? trusted : null;
  }

  /** The version of the callers' keys, as a look that is still believed saw it; null: PostgreSQL has to be asked. */
  accessVersion(): string | null {
    const { last } = this;
    return last && isYoung(last) ? last.accessVersion : null;
  }

  /** Where answers are stored as far as is known, trusted or not: for operators. */
  place(): Trust | null {
    const { session } = this.connection;
    if (!this.last || session?.runId !== this.last.runId) return null;
    return { prefix: this.last.prefix, life: this.last.identity.life, session };
  }

  /**
   * Notes that this epoch is in force; milliseconds until a write may commit in it. A restarted database counts as
   * another epoch: somebody may still trust a look at the one before.
   */
  receive(life: string, epoch: string): number {
    const name = `${life} ${epoch}`;
    if (name !== this.received.name) this.received = { name, at: performance.now() };
    return this.received.at + EPOCH_WAIT - performance.now();
  }

  /** @param afterLook what to do with each look before the next one. */
  async run(afterLook: (look: Look) => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const next = performance.now() + LOOK_EVERY;
      // Without a look there is no trust: nothing else has to be done about it.
      await this.look()
        .then(afterLook)
        .catch(() => undefined);
      await sleep(Math.max(next - performance.now(), 0), null, { signal }).catch(() => undefined);
    }
  }

  look(): Promise<Look> {
    return this.heartbeat.listen(() => this.lookOnce());
  }

  stop(): void {
    this.stopping.abort();
    this.disconnect();
    this.heartbeat.stop();
  }

  private async lookOnce(): Promise<Look> {
    try {
      const client = await this.connected();
      const identity = (this.identity ??= await identify(client));
      await this.takeLock(client);
      const sentAt = performance.now();
      const sentAtWall = Date.now();
      const epoch = await readEpoch(client);
      const prefix = prefixOf(identity, epoch.epoch, epoch.runId);
      return this.note({ ...epoch, identity, sentAt, sentAtWall, prefix });
    } catch (error) {
      this.disconnect();
      throw error;
    }
  }

  private note(look: Look): Look {
    this.receive(look.identity.life, look.epoch);
    const { session } = this.connection;
    const isTrusted = look.state === 'on' && !look.hasFences && session?.runId === look.runId;
    this.last = look;
    this.trusted = session && isTrusted ? { prefix: look.prefix, life: look.identity.life, session } : null;
    return look;
  }

  private async connected(): Promise<Connection> {
    if (this.client) return this.client;
    const client = new Connection({
      connectionString: this.databaseUrl,
      application_name: 'travel-recharge-cache',
      connectionTimeoutMillis: TRUST_TIME,
      session: { statement_timeout: `${TRUST_TIME}` },
      query_timeout: TRUST_TIME,
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
    this.connection.allow(false);
    client?.end().catch(() => undefined);
  }

  /** Takes the database's cache lock, if the store is for one process only; it goes with the connection. */
  private async takeLock(client: Connection): Promise<void> {
    if (!this.connection.isExclusive || this.connection.session) return;
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      CACHE_LOCK,
    ]);
    this.connection.allow(rows[0]?.taken === true && this.client === client);
  }
}

/** By the time of its sending: whatever was committed before that, it saw. */
function isYoung({ sentAt, sentAtWall }: Look): boolean {
  const age = performance.now() - sentAt;
  return age < TRUST_TIME && Math.abs(Date.now() - sentAtWall - age) <= CLOCK_TOLERANCE;
}
