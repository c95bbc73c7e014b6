import { BlockList, isIP, isIPv6 } from 'node:net';
import { Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { EpochWatch } from '../cache/protocol/epoch-watch';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../postgres/heartbeat';
import { type AccessKeyRecord, findStoredKey, noteUse, type StoredAccessKey } from './access-key-store';
import type { Binding, Caller } from './caller';
import { BINDING_NAMES, type Scope, scopesOf } from './scopes';

/** So many keys in use are known, and so many ids that no key has. */
const MOST_KEYS = 10_000;
const MOST_UNKNOWN = 1_000;
/** Milliseconds between two notes of the use of a key, and between two messages about them. */
const USE_NOTED_EVERY = 60_000;
const USES_WRITTEN_EVERY = 5_000;

const NO_SCOPES: ReadonlySet<Scope> = new Set();

/** A key as whoever checks it needs it. */
export interface KnownKey {
  readonly digest: Buffer;
  readonly isRevoked: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Null: from anywhere. */
  readonly networks: BlockList | null;
  readonly caller: Caller;
  readonly keyId: string;
  /** By the monotonic clock, when its use was noted. */
  usedAt: number;
}

/** What PostgreSQL said of an id, and which version of all keys that belongs to. */
interface Known<Key> {
  readonly version: string;
  readonly key: Key;
}

/**
 * The keys that this process knows. What it knows is believed only while a look at the version, younger than a second from
 * its sending, saw the version that it was read with; else PostgreSQL is asked. So whoever changes a key and then waits for
 * longer than that has changed it everywhere.
 */
@Injectable()
export class KeyTable implements OnModuleDestroy {
  private readonly logger = new Logger(KeyTable.name);
  private readonly keys = new LRUCache<string, Known<KnownKey>>({ max: MOST_KEYS });
  /** Apart from the others: whoever tries ids shall not push the keys out that are in use. */
  private readonly unknown = new LRUCache<string, Known<null>>({ max: MOST_UNKNOWN });
  private readonly used = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly watch: EpochWatch,
    private readonly heartbeat: Heartbeat,
    private readonly config: AppConfig,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** The key with this id; null when there is none; undefined when only PostgreSQL can say. Costs no command. */
  find(keyId: string): KnownKey | null | undefined {
    const version = this.watch.accessVersion();
    if (version === null) return undefined;
    const known = this.keys.get(keyId) ?? this.unknown.get(keyId);
    return known?.version === version ? known.key : undefined;
  }

  /**
   * Asks PostgreSQL for the key with this id.
   *
   * @throws DatabaseAwayError while it is silent.
   */
  async ask(keyId: string): Promise<KnownKey | null> {
    const { version, key } = await this.heartbeat.during(() => findStoredKey(this.dataSource, keyId));
    if (!key) {
      this.keys.delete(keyId);
      this.unknown.set(keyId, { version, key });
      return null;
    }
    const known = this.describe(key, this.keys.peek(keyId)?.key.usedAt);
    this.unknown.delete(keyId);
    this.keys.set(keyId, { version, key: known });
    return known;
  }

  /** Notes that a key was used, at most once a minute, and writes it down later. */
  use(key: KnownKey): void {
    const now = performance.now();
    if (now - key.usedAt < USE_NOTED_EVERY) return;
    key.usedAt = now;
    this.used.add(key.keyId);
    this.timer ??= setTimeout(() => void this.writeUses(), USES_WRITTEN_EVERY).unref();
  }

  /** In one order: two processes that note the same keys never wait for each other in a circle. */
  private async writeUses(): Promise<void> {
    const ids = [...this.used].sort();
    this.used.clear();
    this.timer = null;
    await noteUse(this.dataSource, ids).catch((error: unknown) =>
      this.logger.debug(`the use of keys is not noted: ${String(error)}`),
    );
  }

  private describe(key: StoredAccessKey, usedAt = -Infinity): KnownKey {
    const { key_id: keyId, role } = key;
    const isIdle = role === 'simulator' && !this.config.simulationAllowed;
    return {
      keyId,
      digest: key.digest,
      isRevoked: key.revoked_at !== null,
      expiresAt: key.expires_at.getTime(),
      networks: key.networks.length > 0 ? toBlockList(key.networks) : null,
      caller: {
        client: key.client,
        keyId,
        role,
        scopes: isIdle ? NO_SCOPES : scopesOf(role),
        binding: bindingOf(key),
        requestsPerMinute: key.requests_per_minute,
      },
      usedAt,
    };
  }
}

function bindingOf(key: AccessKeyRecord): Binding {
  return Object.fromEntries(
    BINDING_NAMES.flatMap((name) => {
      const id = key[name];
      return id === null ? [] : [[name, id]];
    }),
  );
}

function toBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length = ''] = network.split('/');
    list.addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Whether an address is in one of the networks; one of IPv4 may come in the form that IPv6 has for it. */
export function isIn(networks: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  // A connection that is gone has none.
  return isIP(plain) !== 0 && networks.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
