import { randomUUID } from 'node:crypto';
import { createClient, ErrorReply, type RedisClientOptions } from '@redis/client';
import { redisInsStore, type RedisStore } from 'cache-manager-redis-yet';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { timed } from '../../../common/time/stopwatch';
import {
  type Acquired,
  CacheSession,
  type Mark,
  type ProbeTimes,
  type ServerFigures,
  type StoredKey,
  type StoredKeys,
} from './cache-session';
import { type Prefix, ROOT } from './names';
import { RedisInfo } from './redis-info';
import { ACQUIRE, DROP, FILL, MARK, RELEASE } from './redis-steps';

type RedisClient = ReturnType<typeof createClient>;
type Step = typeof ACQUIRE;

const PROBE_MS = 5_000;
const SCAN_COUNT = 500;
const PAGE = 100;
/** How long keys are counted, in milliseconds: a Redis may hold millions that are not ours. */
const COUNTING_TIME = 1_000;
/** How often the oldest unanswered command is looked at, in milliseconds. */
const WATCH_EVERY = 20;
/** How long the server may take to let us in, in milliseconds. */
const OPENING_TIME = 1_000;

/** A connection to Redis: one client that never reconnects, so that its commands stay with the server it met. */
export class RedisSession extends CacheSession {
  readonly isSole = false;
  readonly closed: Promise<Error>;
  /** The named package's store over this client, for who uses CACHE_MANAGER. */
  readonly store: RedisStore;
  private open = true;
  private end: (error: Error) => void = () => undefined;
  /** When the commands that have no answer yet were sent; Redis answers in order. */
  private readonly unanswered: number[] = [];
  private readonly watch: NodeJS.Timeout;

  private constructor(
    private readonly client: RedisClient,
    readonly runId: string,
    private readonly timeout: number,
  ) {
    super();
    this.store = redisInsStore(client as unknown as RedisStore['client']);
    this.closed = new Promise((resolve) => (this.end = resolve));
    this.client.on('error', (error: Error) => this.shut(error));
    this.watch = setInterval(() => this.checkTime(), WATCH_EVERY).unref();
  }

  /**
   * @param timeout milliseconds that a command may take.
   * @throws when the server is away, takes too long, or is not one to trust (see RedisInfo).
   */
  static async open(options: RedisClientOptions, timeout: number): Promise<RedisSession> {
    const client = createClient({
      ...options,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 10_000,
      socket: { ...options.socket, connectTimeout: OPENING_TIME, reconnectStrategy: false },
    });
    // Without a listener the process would die with Redis.
    client.on('error', () => undefined);
    const patience = setTimeout(() => disconnect(client), OPENING_TIME);
    try {
      await client.connect();
      const info = new RedisInfo(await client.info());
      info.requireTrustworthy();
      return new RedisSession(client, contentsOf(client, info), timeout);
    } catch (error) {
      disconnect(client);
      throw error;
    } finally {
      clearTimeout(patience);
    }
  }

  get isOpen(): boolean {
    return this.open;
  }

  async get(prefix: Prefix, key: string): Promise<string | null> {
    return this.send(() => this.client.get(prefix.value(key)));
  }

  async acquire(
    prefix: Prefix,
    key: string,
    token: string,
    leaseTime: number,
    refresh: boolean,
  ): Promise<Acquired> {
    const names = [prefix.value(key), prefix.guard(key), prefix.alive];
    return parseAcquired(
      await this.run<[Acquired['kind'], ...string[]]>(ACQUIRE, names, token, leaseTime, refresh ? 1 : 0),
    );
  }

  async fill(prefix: Prefix, key: string, token: string, text: string, timeToLive: number): Promise<boolean> {
    const names = [prefix.value(key), prefix.guard(key), prefix.alive];
    return (await this.run<number>(FILL, names, token, text, timeToLive)) === 1;
  }

  async mark(prefix: Prefix, keys: readonly string[], mark: string): Promise<void> {
    await this.run(MARK, pairs(prefix, keys), mark);
  }

  async release(prefix: Prefix, keys: readonly string[], mark: string): Promise<void> {
    await this.run(RELEASE, pairs(prefix, keys), mark);
  }

  async drop(prefix: Prefix, keys: readonly string[]): Promise<number> {
    return keys.length === 0 ? 0 : this.run<number>(DROP, pairs(prefix, keys));
  }

  async bringToLife(prefix: Prefix): Promise<void> {
    await this.send(() => this.client.set(prefix.alive, '1'));
  }

  async isAlive(prefix: Prefix): Promise<boolean> {
    return (await this.send(() => this.client.exists(prefix.alive))) === 1;
  }

  async examine(): Promise<void> {
    const info = new RedisInfo(await this.send(() => this.client.info()));
    try {
      info.requireTrustworthy();
      if (contentsOf(this.client, info) !== this.runId)
        throw new Error('Redis has other contents than before');
    } catch (error) {
      this.shut(error as Error);
      throw new CacheAwayError(error);
    }
  }

  async sweep(current: Prefix): Promise<void> {
    for await (const names of this.scan(`${current.family}*`)) {
      const old = names.filter((name) => current.succeeds(name));
      if (old.length > 0) await this.send(() => this.client.del(old));
    }
  }

  /** The position is a cursor of SCAN. */
  async list(prefix: Prefix, position: number | null): Promise<StoredKeys> {
    const { cursor, keys } = await this.scanFrom(prefix.value('*'), position ?? 0, PAGE);
    const described = await Promise.all(keys.map((name) => this.describe(prefix, name)));
    return {
      total: await this.count(prefix),
      keys: described.filter((key) => key !== null),
      next: cursor === 0 ? null : cursor,
    };
  }

  /** Leases of keys without a value are dropped as well. */
  async clear(prefix: Prefix): Promise<number> {
    let cleared = 0;
    for (const pattern of [prefix.guard('*'), prefix.value('*')]) {
      for await (const names of this.scan(pattern)) {
        cleared += await this.drop(
          prefix,
          names.map((name) => prefix.keyOf(name)),
        );
      }
    }
    return cleared;
  }

  async figures(): Promise<ServerFigures> {
    return new RedisInfo(await this.send(() => this.client.info())).figures();
  }

  async ping(): Promise<void> {
    await this.send(() => this.client.ping());
  }

  async probe(text: string): Promise<ProbeTimes> {
    const name = `${ROOT}probe}${randomUUID()}`;
    let read = 0;
    const total = await timed(async () => {
      await this.send(() => this.client.set(name, text, { PX: PROBE_MS }));
      read = await timed(() => this.send(() => this.client.get(name)));
      await this.send(() => this.client.del(name));
    });
    return { read, total };
  }

  close(): void {
    this.shut(new Error('closed'));
  }

  private async run<Reply>(
    step: Step,
    names: readonly string[],
    ...rest: readonly (string | number)[]
  ): Promise<Reply> {
    const all = [String(names.length), ...names, ...rest.map(String)];
    return (await this.send(() => this.client.executeScript(step, all))) as Reply;
  }

  /** An answer that refuses leaves the session open; whatever else goes wrong ends it. */
  private async send<Reply>(command: () => Promise<Reply>): Promise<Reply> {
    if (!this.open) throw new CacheAwayError();
    this.unanswered.push(performance.now());
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof ErrorReply) || error.message.startsWith('READONLY')) this.shut(error as Error);
      throw new CacheAwayError(error);
    } finally {
      this.unanswered.shift();
    }
  }

  /** One timer for all commands: a timer for each would cost more than the command. */
  private checkTime(): void {
    const oldest = this.unanswered[0];
    if (oldest === undefined || performance.now() - oldest < this.timeout) return;
    // When it was this process that stood still, the answer may be waiting to be read: only then does it count.
    setImmediate(() => {
      if (this.unanswered[0] === oldest)
        this.shut(new Error(`Redis did not answer within ${this.timeout} ms`));
    });
  }

  private shut(error: Error): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.watch);
    disconnect(this.client);
    this.end(error);
  }

  private async *scan(pattern: string): AsyncGenerator<string[]> {
    let position = 0;
    do {
      const { cursor, keys } = await this.scanFrom(pattern, position, SCAN_COUNT);
      yield keys;
      position = cursor;
    } while (position !== 0);
  }

  private async scanFrom(pattern: string, position: number, count: number) {
    return this.send(() => this.client.scan(position, { MATCH: pattern, COUNT: count }));
  }

  /** Each once: SCAN may show a key twice. */
  private async count(prefix: Prefix): Promise<number> {
    const end = performance.now() + COUNTING_TIME;
    const seen = new Set<string>();
    for await (const names of this.scan(prefix.value('*'))) {
      names.forEach((name) => seen.add(name));
      if (performance.now() > end) break;
    }
    return seen.size;
  }

  /** Null when it has expired since it was found. */
  private async describe(prefix: Prefix, name: string): Promise<StoredKey | null> {
    const { client } = this;
    const [type, ttl, size] = await this.send(() =>
      Promise.all([client.type(name), client.ttl(name), client.strLen(name)]),
    );
    return type === 'none' ? null : { key: prefix.keyOf(name), type, ttl, size_bytes: size };
  }
}

function pairs(prefix: Prefix, keys: readonly string[]): string[] {
  return keys.flatMap((key) => [prefix.value(key), prefix.guard(key)]);
}

/** Which contents: of this server, and of which of its numbered databases. */
function contentsOf(client: RedisClient, { contentsId }: RedisInfo): string {
  return `${contentsId}.${client.options?.database ?? 0}`;
}

function disconnect(client: RedisClient): void {
  client.disconnect().catch(() => undefined);
}

function parseAcquired([kind, ...rest]: readonly [Acquired['kind'], ...string[]]): Acquired {
  switch (kind) {
    case 'value':
      return { kind, text: rest[0] ?? '' };
    case 'wait':
      return { kind, remaining: Number(rest[0]) };
    case 'marked':
      return { kind, marks: parseMarks(rest) };
    case 'lease':
    case 'dead':
      return { kind };
  }
}

/** Mark, age, mark, age, … */
function parseMarks(flat: readonly string[]): Mark[] {
  return flat.flatMap((mark, index) => (index % 2 === 0 ? [{ mark, age: Number(flat[index + 1]) }] : []));
}
