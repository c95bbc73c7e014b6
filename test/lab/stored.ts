import { setTimeout as sleep } from 'node:timers/promises';
import { NAMESPACE_ROOT } from '../../src/platform/cache/store/cache-namespace';
import { connect } from '../builders/connect';
import type { RedisServer } from '../setup/redis-server';
import type { StoredNow } from './shapes';
import { balanceKeyOf, type City, type LabCard } from './world/city';

/** Who does not answer may be paused. */
const PATIENCE_MS = 2_000;

/** What PostgreSQL and Redis have of a card's balance now, past every link. */
export async function storedOf(city: City, redis: RedisServer, card: LabCard): Promise<StoredNow> {
  const key = balanceKeyOf(card);
  const [database, cache] = await Promise.all([
    inTime(balanceIn(city.databaseUrl, card)),
    inTime(city.name === 'ours' ? cacheOfOurs(redis, key) : cacheOfPlain(redis, key)),
  ]);
  return { database, cached: cache?.cached ?? null, guards: cache?.guards ?? [] };
}

type InCache = Pick<StoredNow, 'cached' | 'guards'>;

async function cacheOfPlain(redis: RedisServer, key: string): Promise<InCache> {
  return { cached: balanceIn200(await redis.command('GET', key)), guards: [] };
}

/** The names of our city have the epoch in front; those of earlier epochs are swept. The latest counts. */
async function cacheOfOurs(redis: RedisServer, key: string): Promise<InCache> {
  const names = (await redis.command('KEYS', `${NAMESPACE_ROOT}*}[:!]${key}`)) as string[];
  const latest = (mark: ':' | '!'): string | undefined =>
    names
      .filter((name) => name.endsWith(`}${mark}${key}`))
      .sort((a, b) => epochIn(a) - epochIn(b))
      .at(-1);
  const [value, guard] = [latest(':'), latest('!')];
  const fields = guard ? ((await redis.command('HKEYS', guard)) as string[]) : [];
  return {
    cached: value ? balanceIn200(await redis.command('GET', value)) : null,
    guards: [
      ...(fields.includes('token') ? (['lease'] as const) : []),
      ...(fields.some((field) => field.startsWith('mark:')) ? (['mark'] as const) : []),
    ],
  };
}

function epochIn(name: string): number {
  return Number(name.split(':').at(2));
}

/** Ours stores a line about the response before its body. */
function balanceIn200(stored: unknown): number | null {
  const [, balance] = /"balance":\s*(-?\d+)/.exec(typeof stored === 'string' ? stored : '') ?? [];
  return balance === undefined ? null : Number(balance);
}

async function balanceIn(databaseUrl: string, { id }: LabCard): Promise<number | null> {
  const client = await connect(databaseUrl);
  try {
    const sql = 'SELECT balance::int AS balance FROM cards WHERE card_id = $1';
    const { rows } = await client.query<{ balance: number }>(sql, [id]);
    return rows[0]?.balance ?? null;
  } finally {
    await client.end();
  }
}

/** Null when nobody answers, or not in time. */
async function inTime<Value>(looking: Promise<Value>): Promise<Value | null> {
  const value = looking.catch(() => null);
  return Promise.race([value, sleep(PATIENCE_MS, null, { ref: false })]);
}
