import { BlockList, isIP, isIPv6 } from 'node:net';
import { Injectable, Logger, OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DataSource } from 'typeorm';
import { atMost } from '../../common/at-most';
import { EpochWatch } from '../cache/protocol/epoch-watch';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../postgres/heartbeat';
import { UnansweredCommits } from '../postgres/unanswered-commits';
import { type AccessKeyRecord, findStoredKeys, noteUse, type StoredAccessKey } from './access-key-store';
import type { Binding, Caller } from './caller';
import { JointQuestions } from './joint-questions';
import { BINDING_NAMES, type Scope, scopesOf } from './scopes';

/** How many keys are remembered, and how many ids without a key. */
const MOST_KEYS = 10_000;
const MOST_UNKNOWN = 1_000;
/** How many keys one query asks for. */
const MOST_ASKED = 1_000;
/** How often the use of one key is noted, and how often such notes are written to the database, in milliseconds. */
const USE_NOTED_INTERVAL_MS = 60_000;
const USES_WRITTEN_INTERVAL_MS = 5_000;

const NO_SCOPES: ReadonlySet<Scope> = new Set();

/** A key with the data for checking it. */
export interface KnownKey {
  readonly digest: Buffer;
  readonly isRevoked: boolean;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The same by the monotonic clock, as the clock of the database says it: ours may be set back. */
  readonly isOverAt: number;
  /** Null if it can be used from anywhere. */
  readonly networks: BlockList | null;
  readonly caller: Caller;
  readonly keyId: string;
  /** When its use was noted, by the monotonic clock. */
  usedAt: number;
}

/** What PostgreSQL returned for an id, and the version of all keys at that moment. */
interface Known<Key> {
  readonly version: string;
  readonly key: Key;
}

/**
 * The keys that this process remembers. It trusts a key only if a reading of the version, sent less than a second ago, returned
 * the version with which the key was read. Otherwise it asks PostgreSQL. So a change of a key is known in every process after
 * a wait that is longer than a second.
 */
@Injectable()
export class KeyTable implements OnModuleDestroy {
  private readonly logger = new Logger(KeyTable.name);
  private readonly keys = new LRUCache<string, Known<KnownKey>>(atMost(MOST_KEYS));
  /** They are kept separately, so that somebody who tries many ids cannot displace the keys that are in use. */
  private readonly unknown = new LRUCache<string, Known<null>>(atMost(MOST_UNKNOWN));
  /** However many keys somebody tries, they take one connection of the pool, and good keys are asked for along with them. */
  private readonly questions = new JointQuestions((keyIds) => this.askAll(keyIds), MOST_ASKED);
  private readonly used = new Set<string>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly watch: EpochWatch,
    private readonly heartbeat: Heartbeat,
    private readonly config: AppConfig,
    private readonly unanswered: UnansweredCommits,
  ) {}

  onModuleDestroy(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  /** Returns the key with this id, null if there is none, or undefined if PostgreSQL has to be asked. It sends no query. */
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
  ask(keyId: string): Promise<KnownKey | null> {
    return this.questions.ask(keyId);
  }

  private async askAll(keyIds: readonly string[]): Promise<(KnownKey | null)[]> {
    const { version, keys } = await this.heartbeat.during(() => findStoredKeys(this.dataSource, keyIds));
    const found = new Map(keys.map((key) => [key.key_id, key]));
    return keyIds.map((keyId) => this.remember(keyId, version, found.get(keyId)));
  }

  private remember(keyId: string, version: string, key: StoredAccessKey | undefined): KnownKey | null {
    if (!key) {
      this.keys.delete(keyId);
      this.unknown.set(keyId, { version, key: null });
      return null;
    }
    const known = this.describe(key, this.keys.peek(keyId)?.key.usedAt);
    this.unknown.delete(keyId);
    this.keys.set(keyId, { version, key: known });
    return known;
  }

  /** Notes that a key was used, at most once a minute. The note is written to the database later. */
  use(key: KnownKey): void {
    const now = performance.now();
    if (now - key.usedAt < USE_NOTED_INTERVAL_MS) return;
    key.usedAt = now;
    this.used.add(key.keyId);
    this.timer ??= setTimeout(() => void this.writeUses(), USES_WRITTEN_INTERVAL_MS).unref();
  }

  private async writeUses(): Promise<void> {
    this.timer = null;
    // They are noted with the next use.
    if (this.unanswered.refusesWrites) return;
    const ids = [...this.used];
    this.used.clear();
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
      isOverAt: performance.now() + key.msLeft,
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

/** Whether an address is in one of the networks. */
export function isIn(networks: BlockList, address: string | null): boolean {
  if (address === null) return false;
  const plain = address.replace(/%.*$/, '');
  return isIP(plain) !== 0 && networks.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}
