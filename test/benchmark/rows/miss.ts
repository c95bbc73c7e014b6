import { learnAnswer } from '../harness/answer';
import type { Bench } from '../harness/bench';
import { type CardOrder, cardsOf } from '../harness/cards';
import { clearCache } from '../harness/clear-cache';
import { MIDDLE } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { RunningServer } from '../harness/running-server';
import { compareCpu, type Sample, takeSample } from '../harness/sample';
import { warmUp } from '../harness/warm-up';
import type { Measure, Row } from '../row';
import { BALANCE } from './hit';

const CONNECTIONS = 16;
/** Requests after which a miss costs no less. */
const WARM_UP = 8_000;

/** A balance that is not cached: every request is for another card. */
export const miss: Row = {
  name: 'miss',
  isQuick: true,
  run: async (bench) => [
    ...(bench.isQuick ? [] : await compareMisses(bench, 'miss of a balance, in process', {})),
    // One after the other: two stores of one database would take the cache from each other.
    ...(await compareMisses(bench, 'miss of a balance, Redis', { REDIS_URL: await bench.redisUrl() })),
  ],
};

async function compareMisses(
  bench: Bench,
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<Measure[]> {
  const DATABASE_URL = await bench.histories.open(MIDDLE);
  const service = await bench.startService({ DATABASE_URL, ...env });
  const peer = await bench.startPeer('same-sql', { DATABASE_URL, ...(await learnAnswer(service, BALANCE)) });
  const takeOurs = await takingMisses(bench, DATABASE_URL, service);
  const sides = {
    ours: async () => {
      await clearCache(service);
      return takeOurs();
    },
    bare: await takingMisses(bench, DATABASE_URL, peer),
  };
  await warmUp(sides, WARM_UP, bench.warmUp);
  const { ours, bare } = await interleave(sides, bench.rounds);
  await bench.clear();
  return compareCpu(name, ours, 'bare Fastify, same SQL', bare, { most: 1.8 });
}

/** Turns of so many callers, each with cards of its own. */
export async function takingMisses(
  bench: Bench,
  database: string,
  { pid, url }: RunningServer,
  connections = CONNECTIONS,
): Promise<() => Promise<Sample>> {
  const cards: CardOrder = await cardsOf(database);
  return () =>
    takeSample({ pid, expected: ['200 MISS'] }, async () => {
      const { load, seconds } = bench;
      const path = '/cards/{card}/balance';
      const job = {
        url,
        connections,
        seconds,
        method: 'GET',
        path,
        cards: cards.next(),
      } as const;
      return cards.take(await load.run(job));
    });
}
