import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, ErrorReply, type RedisClientOptions } from '@redis/client';
import { redisInsStore, type RedisStore } from 'cache-manager-redis-yet';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { timed } from '../../../common/time/stopwatch';
import {
  type AcquireResult,
  CacheSession,
  type Mark,
  type ProbeTimes,
  type ScriptServer,
  type ServerFigures,
  type StoredKey,
  type StoredKeys,
} from './cache-session';
import { type CacheNamespace, NAMESPACE_ROOT } from './cache-namespace';
import { GatheredReads } from './gathered-reads';
import { RedisInfo } from './redis-info';
import { ACQUIRE, DROP, FILL, MARK, RELEASE, type Script, script } from './redis-scripts';

type RedisClient = ReturnType<typeof createClient>;

/** A probe that was not removed expires by itself. */
const PROBE_TTL_MS = 5_000;
const SCAN_COUNT = 500;
const PAGE_SIZE = 100;
/** How many keys one command marks or releases. */
const KEYS_A_COMMAND = 500;
/** Counting stops after this time, because a Redis may hold millions of keys that are not ours. */
const MAX_COUNT_MS = 1_000;
/** How often the age of the oldest command without a reply is checked. */
const TIMEOUT_CHECK_INTERVAL_MS = 20;
const DRAIN_POLL_MS = 5;
/** Connecting and reading INFO may take so long. */
const OPEN_TIMEOUT_MS = 1_000;

/** A connection to Redis: one client that never reconnects, so all its commands go to the same server. */
export class RedisSession extends CacheSession {
  readonly isOnlyStore = false;
  /** Resolves with the reason when the session is closed. */
  readonly closed: Promise<Error>;
  /** The store of `cache-manager-redis-yet` over this client, for code that injects CACHE_MANAGER. */
  readonly store: RedisStore;
  override readonly scripts: ScriptServer = {
    eval: (text, { keys, arguments: values }) => this.run(this.scriptOf(text), keys, ...values),
  };
  private readonly reads = new GatheredReads((names) => this.readAll(names));
  private readonly furtherScripts = new Map<string, Script>();
  private open = true;
  private resolveClosed: (error: Error) => void = () => undefined;
  /** When each command that has no reply yet was sent. Redis replies in the order of the commands. */
  private readonly sentTimes: number[] = [];
  private readonly timeoutCheck: NodeJS.Timeout;

  private constructor(
    private readonly client: RedisClient,
    readonly runId: string,
    private readonly timeoutMs: number,
  ) {
    super();
    this.store = redisInsStore(client as unknown as RedisStore['client']);
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
    this.client.on('error', (error: Error) => this.closeBecause(error));
    this.timeoutCheck = setInterval(() => this.checkTimeout(), TIMEOUT_CHECK_INTERVAL_MS).unref();
  }

  /**
   * @param timeoutMs how long a command may take.
   * @throws Error when the server is away, takes too long, or must not be trusted (see RedisInfo).
   */
  static async open(options: RedisClientOptions, timeoutMs: number): Promise<RedisSession> {
    const client = createClient({
      ...options,
      disableOfflineQueue: true,
      commandsQueueMaxLength: 10_000,
      socket: { ...options.socket, connectTimeout: OPEN_TIMEOUT_MS, reconnectStrategy: false },
    });
    // Without a listener for `error`, the process would end when Redis does.
    client.on('error', () => undefined);
    const timer = setTimeout(() => disconnect(client), OPEN_TIMEOUT_MS);
    try {
      await client.connect();
      const info = new RedisInfo(await client.info());
      info.requireTrustworthy();
      return new RedisSession(client, runIdOf(client, info), timeoutMs);
    } catch (error) {
      disconnect(client);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  get isOpen(): boolean {
    return this.open;
  }

  get(namespace: CacheNamespace, key: string): Promise<string | null> {
    return this.reads.get(namespace.valueName(key));
  }

  async acquire(
    namespace: CacheNamespace,
    key: string,
    token: string,
    leaseMs: number,
    isRefresh: boolean,
  ): Promise<AcquireResult> {
    const names = [namespace.valueName(key), namespace.guardName(key), namespace.aliveName];
    return parseAcquireResult(
      await this.run<AcquireReply>(ACQUIRE, names, token, leaseMs, isRefresh ? 1 : 0),
    );
  }

  async fill(
    namespace: CacheNamespace,
    key: string,
    token: string,
    text: string,
    ttlMs: number,
  ): Promise<boolean> {
    const names = [namespace.valueName(key), namespace.guardName(key), namespace.aliveName];
    return (await this.run<number>(FILL, names, token, text, ttlMs)) === 1;
  }

  async mark(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void> {
    await this.runForAll(MARK, namespace, keys, mark);
  }

  async release(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void> {
    await this.runForAll(RELEASE, namespace, keys, mark);
  }

  async drop(namespace: CacheNamespace, keys: readonly string[]): Promise<number> {
    return keys.length === 0 ? 0 : this.run<number>(DROP, namesOf(namespace, keys));
  }

  async setAlive(namespace: CacheNamespace): Promise<void> {
    await this.send(() => this.client.set(namespace.aliveName, '1'));
  }

  async isAlive(namespace: CacheNamespace): Promise<boolean> {
    return (await this.send(() => this.client.exists(namespace.aliveName))) === 1;
  }

  async examine(): Promise<void> {
    const info = new RedisInfo(await this.send(() => this.client.info()));
    try {
      info.requireTrustworthy();
      if (runIdOf(this.client, info) !== this.runId) throw new Error('Redis has other contents than before');
    } catch (error) {
      this.closeBecause(error as Error);
      throw new CacheAwayError(error);
    }
  }

  async sweep(current: CacheNamespace): Promise<void> {
    for await (const names of this.scan(`${current.databasePrefix}*`)) {
      const earlier = names.filter((name) => current.isFromEarlierEpoch(name));
      if (earlier.length > 0) await this.send(() => this.client.del(earlier));
    }
  }

  /** A position is a cursor of the command SCAN. */
  async list(namespace: CacheNamespace, position: number | null): Promise<StoredKeys> {
    const { cursor, keys } = await this.scanFrom(namespace.valueName('*'), position ?? 0, PAGE_SIZE);
    const described = await Promise.all(keys.map((name) => this.describe(namespace, name)));
    return {
      total: await this.count(namespace),
      keys: described.filter((key) => key !== null),
      next: cursor === 0 ? null : cursor,
    };
  }

  /** Removes the leases of keys without a value as well. */
  async clear(namespace: CacheNamespace): Promise<number> {
    let cleared = 0;
    for (const pattern of [namespace.guardName('*'), namespace.valueName('*')]) {
      for await (const names of this.scan(pattern)) {
        cleared += await this.drop(
          namespace,
          names.map((name) => namespace.keyFromName(name)),
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
    const name = `${NAMESPACE_ROOT}probe}${randomUUID()}`;
    let readMs = 0;
    const totalMs = await timed(async () => {
      await this.send(() => this.client.set(name, text, { PX: PROBE_TTL_MS }));
      readMs = await timed(() => this.send(() => this.client.get(name)));
      await this.send(() => this.client.del(name));
    });
    return { readMs, totalMs };
  }

  /** Waits for the replies to what was sent, which takes at most as long as a command may. */
  async drain(): Promise<void> {
    while (this.open && this.sentTimes.length > 0) await sleep(DRAIN_POLL_MS);
  }

  close(): void {
    this.closeBecause(new Error('closed'));
  }

  private async readAll(names: readonly string[]): Promise<readonly (string | null)[]> {
    const [name] = names;
    if (name !== undefined && names.length === 1) return [await this.send(() => this.client.get(name))];
    return this.send(() => this.client.mGet([...names]));
  }

  private scriptOf(text: string): Script {
    const known = this.furtherScripts.get(text) ?? script(text);
    this.furtherScripts.set(text, known);
    return known;
  }

  private async run<Reply>(
    script: Script,
    names: readonly string[],
    ...values: readonly (string | number)[]
  ): Promise<Reply> {
    const args = [String(names.length), ...names, ...values.map(String)];
    return (await this.send(() => this.client.executeScript(script, args))) as Reply;
  }

  /** In pieces, so that readers need not wait until thousands of keys are done. */
  private async runForAll(
    script: Script,
    namespace: CacheNamespace,
    keys: readonly string[],
    mark: string,
  ): Promise<void> {
    const [values, guards] = [namespace.valueName(''), namespace.guardName('')];
    const sent: Promise<unknown>[] = [];
    for (let n = 0; n < keys.length; n += KEYS_A_COMMAND) {
      const some = keys.slice(n, n + KEYS_A_COMMAND);
      sent.push(this.run(script, [namespace.aliveName], mark, values, guards, ...some));
    }
    await Promise.all(sent);
  }

  /** A command that the server refuses leaves the session open. Every other error closes it. */
  private async send<Reply>(command: () => Promise<Reply>): Promise<Reply> {
    if (!this.open) throw new CacheAwayError();
    this.sentTimes.push(performance.now());
    try {
      return await command();
    } catch (error) {
      if (!(error instanceof ErrorReply) || error.message.startsWith('READONLY'))
        this.closeBecause(error as Error);
      throw new CacheAwayError(error);
    } finally {
      this.sentTimes.shift();
    }
  }

  /** All commands share one timer, because a timer for each would cost more than the command. */
  private checkTimeout(): void {
    const oldest = this.sentTimes[0];
    if (oldest === undefined || performance.now() - oldest < this.timeoutMs) return;
    // If this process was paused, the reply may be waiting to be read. It is read before this callback runs.
    setImmediate(() => {
      if (this.sentTimes[0] === oldest)
        this.closeBecause(new Error(`Redis did not answer within ${this.timeoutMs} ms`));
    });
  }

  private closeBecause(error: Error): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.timeoutCheck);
    disconnect(this.client);
    this.resolveClosed(error);
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

  /** Counts each name once, because SCAN may return it twice. */
  private async count(namespace: CacheNamespace): Promise<number> {
    const deadline = performance.now() + MAX_COUNT_MS;
    const seen = new Set<string>();
    for await (const names of this.scan(namespace.valueName('*'))) {
      names.forEach((name) => seen.add(name));
      if (performance.now() > deadline) break;
    }
    return seen.size;
  }

  /** Returns null if the key has expired since it was found. */
  private async describe(namespace: CacheNamespace, name: string): Promise<StoredKey | null> {
    const { client } = this;
    const [type, ttl, size] = await this.send(() =>
      Promise.all([client.type(name), client.ttl(name), client.strLen(name)]),
    );
    return type === 'none' ? null : { key: namespace.keyFromName(name), type, ttl, size_bytes: size };
  }
}

/** The names of each key: its value, then its guard. */
function namesOf(namespace: CacheNamespace, keys: readonly string[]): string[] {
  return keys.flatMap((key) => [namespace.valueName(key), namespace.guardName(key)]);
}

/** Identifies the contents of the server, and which of its numbered databases this client uses. */
function runIdOf(client: RedisClient, { contentsId }: RedisInfo): string {
  return `${contentsId}.${client.options?.database ?? 0}`;
}

function disconnect(client: RedisClient): void {
  client.disconnect().catch(() => undefined);
}

type AcquireReply = readonly [AcquireResult['kind'], ...string[]];

function parseAcquireResult([kind, ...rest]: AcquireReply): AcquireResult {
  switch (kind) {
    case 'value':
      return { kind, text: rest[0] ?? '' };
    case 'wait':
      return { kind, remainingMs: Number(rest[0]) };
    case 'marked':
      return { kind, marks: parseMarks(rest) };
    case 'lease':
    case 'dead':
      return { kind };
  }
}

/** The reply has a mark, its age, the next mark, its age, and so on. */
function parseMarks(flat: readonly string[]): Mark[] {
  return flat.flatMap((mark, index) => (index % 2 === 0 ? [{ mark, ageMs: Number(flat[index + 1]) }] : []));
}
