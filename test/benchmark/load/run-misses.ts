import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { summarize } from '../../../src/programs/latency/summary';
import type { LoadResult, MissesJob } from './job';

const POLL_MS = 2;
const FILL_LIMIT_MS = 5_000;

type Redis = ReturnType<typeof createClient>;

/** One caller, one request after the other. */
export async function runMisses({ url, path, key, redis: address, times }: MissesJob): Promise<LoadResult> {
  const redis = createClient({ url: address });
  await redis.connect();
  try {
    const name = await learnName(redis, key, () => read(url + path));
    const milliseconds: number[] = [];
    const answers: Record<string, number> = {};
    const begun = performance.now();
    for (let n = 0; n < times; n += 1) {
      await forget(redis, name);
      const start = performance.now();
      const kind = await read(url + path);
      milliseconds.push(performance.now() - start);
      answers[kind] = (answers[kind] ?? 0) + 1;
    }
    const { p50, p99 } = summarize(milliseconds);
    return { sent: times, requests: times, seconds: (performance.now() - begun) / 1_000, p50, p99, answers };
  } finally {
    await redis.disconnect();
  }
}

/** The name of the value under a key, of the service that is read: others may have values under it too. */
async function learnName(redis: Redis, key: string, fill: () => Promise<unknown>): Promise<string> {
  const find = async (): Promise<string[]> =>
    (await redis.keys('*')).filter((name) => name.endsWith(`}:${key}`));
  const old = await find();
  if (old.length > 0) await redis.del(old);
  await fill();
  return until(`${key} in Redis`, async () => (await find())[0]);
}

/**
 * Past the service, which would note it in its audit trail. A caller does not wait until its answer is stored, so that may
 * be a moment later.
 */
async function forget(redis: Redis, name: string): Promise<void> {
  await until(`${name} in Redis`, async () => (await redis.del(name)) > 0 || undefined);
}

async function until<Found>(what: string, find: () => Promise<Found | undefined>): Promise<Found> {
  for (const end = performance.now() + FILL_LIMIT_MS; performance.now() < end; await sleep(POLL_MS)) {
    const found = await find();
    if (found !== undefined) return found;
  }
  throw new Error(`there is no ${what}`);
}

async function read(address: string): Promise<string> {
  const response = await fetch(address);
  await response.arrayBuffer();
  return `${response.status} ${response.headers.get('x-cache') ?? ''}`.trim();
}
