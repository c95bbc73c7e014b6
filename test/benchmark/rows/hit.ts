import { type Asked, learnAnswer, requireSameAnswers } from '../harness/answer';
import type { Bench } from '../harness/bench';
import { SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { RunningServer } from '../harness/running-server';
import { compareCpu, type Sample, takeSample } from '../harness/sample';
import { warmUp } from '../harness/warm-up';
import type { Measure, Row } from '../row';

/** Many callers ask for many cards: readers of the same key share a read of Redis, which would flatter the service. */
export const BALANCE: Asked = {
  path: '/cards/1/balance',
  route: '/cards/:card_id/balance',
  load: { path: '/cards/{card}/balance', cards: { first: 1, count: 100, taken: 0 } },
};
/** A list that all ask for. */
const STATIONS: Asked = { path: '/stations', route: '/stations' };
const CONNECTIONS = 16;
/** Requests after which a hit costs no less. */
export const WARM_UP = 25_000;
const NEST = "Nest's CacheInterceptor";

/** What the service answers from its own memory, beside a bare Fastify with the same bytes. */
export const hitInProcess: Row = {
  name: 'hit-in-process',
  isQuick: true,
  run: async (bench) => {
    const service = await bench.startService({ DATABASE_URL: await bench.histories.open(SMALL) });
    const peer = await bench.startPeer('same-bytes', await learnAnswer(service, BALANCE));
    const { ours, theirs } = await interleaveHits(bench, { ours: service, theirs: peer });
    return compareCpu('hit, in process', ours, 'bare Fastify', theirs, { most: 1.15 });
  },
};

/** What it answers from Redis, beside a bare Fastify with one GET, and beside Nest's own cache. */
export const hitRedis: Row = {
  name: 'hit-redis',
  isQuick: true,
  run: async (bench) => {
    const REDIS_URL = await bench.redisUrl();
    const service = await bench.startService({ DATABASE_URL: await bench.histories.open(SMALL), REDIS_URL });
    const peer = async (name: string, asked: Asked): Promise<RunningServer> =>
      bench.startPeer(name, { ...(await learnAnswer(service, asked)), REDIS_URL });
    const [bare, nest, nestList] = await Promise.all([
      peer('same-bytes-redis', BALANCE),
      peer('nest-cache', BALANCE),
      peer('nest-cache', STATIONS),
    ]);
    const small = await interleaveHits(bench, { ours: service, bare, nest });
    const large = { ours: service, nest: nestList };
    const list = await interleaveHits(bench, large, { asked: STATIONS });
    return [
      ...compareCpu('hit, Redis', small.ours, 'bare Fastify, one GET', small.bare, { most: 1.1 }),
      ...compareCpu('hit, Redis', small.ours, NEST, small.nest, { most: 0.8 }),
      ...compareCpu('hit of a list of stations, Redis', list.ours, NEST, list.nest, { most: 0.6 }),
    ] satisfies Measure[];
  },
};

/** The paths that a load asks for, which have to be cached before. */
function pathsOf({ path, cards }: NonNullable<Asked['load']>): string[] {
  if (!cards) return [path];
  return Array.from({ length: cards.count }, (_, index) =>
    path.replace('{card}', String(cards.first + index)),
  );
}

/** Turns of a server that answers from its cache. */
export async function takeHits(
  bench: Bench,
  { pid, url }: RunningServer,
  { path, load = { path } }: Asked,
  connections = CONNECTIONS,
  headers: Readonly<Record<string, string>> = {},
): Promise<Sample> {
  const job = { url, connections, seconds: bench.seconds, method: 'GET', ...load, headers } as const;
  await Promise.all(
    pathsOf(load).map((each) => fetch(url + each, { headers }).then((answer) => answer.text())),
  );
  return takeSample({ pid, expected: ['200 HIT'] }, () => bench.load.run(job));
}

export async function interleaveHits<Name extends string>(
  bench: Bench,
  servers: Readonly<Record<Name, RunningServer>>,
  { asked = BALANCE, connections = CONNECTIONS }: { asked?: Asked; connections?: number } = {},
): Promise<Record<Name, Sample[]>> {
  const sides = Object.fromEntries(
    Object.entries<RunningServer>(servers).map(([name, server]) => [
      name,
      () => takeHits(bench, server, asked, connections),
    ]),
  ) as Record<Name, () => Promise<Sample>>;
  await requireSameAnswers(Object.values(servers), asked.path);
  await warmUp(sides, WARM_UP, bench.warmUp);
  return interleave(sides, bench.rounds);
}
