import type { Bench } from '../harness/bench';
import { SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { RunningServer } from '../harness/running-server';
import { compareCpu, type Sample, takeSample } from '../harness/sample';
import type { Measure, Row } from '../row';

const PATH = '/cards/1/balance';
const CONNECTIONS = 16;

/** What the service answers from its own memory, beside a bare Fastify with the same bytes. */
export const hitInProcess: Row = {
  name: 'hit-in-process',
  run: async (bench) => {
    const service = await bench.startService({ DATABASE_URL: await bench.histories.open(SMALL) });
    const peer = await bench.startPeer('same-bytes', await learnAnswer(service));
    const { ours, theirs } = await interleaveHits(bench, { ours: service, theirs: peer });
    return compareCpu('hit, in process', ours, 'bare Fastify', theirs, { most: 1.5 });
  },
};

/** What it answers from Redis, beside a bare Fastify with one GET, and beside Nest's own cache. */
export const hitRedis: Row = {
  name: 'hit-redis',
  run: async (bench) => {
    const REDIS_URL = await bench.redisUrl();
    const service = await bench.startService({ DATABASE_URL: await bench.histories.open(SMALL), REDIS_URL });
    const answer = { ...(await learnAnswer(service)), REDIS_URL };
    const sides = {
      ours: service,
      bare: await bench.startPeer('same-bytes-redis', answer),
      nest: await bench.startPeer('nest-cache', answer),
    };
    const { ours, bare, nest } = await interleaveHits(bench, sides);
    return [
      ...compareCpu('hit, Redis', ours, 'bare Fastify, one GET', bare, { most: 1.4 }),
      ...compareCpu('hit, Redis', ours, "Nest's CacheInterceptor", nest, { most: 0.6 }),
    ] satisfies Measure[];
  },
};

/** Turns of a server that answers from its cache. */
async function takeHits(bench: Bench, { pid, url }: RunningServer, connections: number): Promise<Sample> {
  const job = { url, connections, seconds: bench.seconds, method: 'GET', path: PATH } as const;
  return takeSample({ pid, expected: '200 HIT' }, () => bench.load.run(job));
}

export async function interleaveHits<Name extends string>(
  bench: Bench,
  servers: Readonly<Record<Name, RunningServer>>,
  connections = CONNECTIONS,
): Promise<Record<Name, Sample[]>> {
  const sides = Object.fromEntries(
    Object.entries<RunningServer>(servers).map(([name, server]) => [
      name,
      () => takeHits(bench, server, connections),
    ]),
  ) as Record<Name, () => Promise<Sample>>;
  await Promise.all(Object.values<RunningServer>(servers).map(({ url }) => fetch(url + PATH)));
  await interleave(sides, bench.warmUp);
  return interleave(sides, bench.rounds);
}

/** What peers are to send. */
async function learnAnswer({ url }: RunningServer): Promise<{ PEER_BODY: string; PEER_ETAG: string }> {
  const answer = await fetch(url + PATH);
  const [body, etag] = [await answer.text(), answer.headers.get('etag')];
  if (!answer.ok || !etag) throw new Error(`${PATH} answers ${answer.status}`);
  return { PEER_BODY: body, PEER_ETAG: etag };
}
