import { connect } from '../../builders/connect';
import { aKey } from '../../builders/keys';
import { interleave } from '../harness/interleave';
import { openScratch } from '../harness/scratch';
import { warmUp } from '../harness/warm-up';
import { alone, measure, median, type Row } from '../row';
import { BALANCE, takeHits, WARM_UP } from './hit';

/** What a key may cost a hit, in microseconds of CPU. */
const MOST_COST = 5;

/** What the service answers from Redis to who shows a key, beside what it answers where none is asked for. */
export const hitWithKey: Row = {
  name: 'hit-with-key',
  isQuick: true,
  run: async (bench) => {
    // A copy, since the key is written there.
    const DATABASE_URL = await openScratch(bench);
    const env = { DATABASE_URL, REDIS_URL: await bench.redisUrl() };
    const without = await bench.startService({ ...env, AUTH: 'trusted-network' });
    const client = await connect(DATABASE_URL);
    bench.cleanup.add(() => client.end());
    const { headers } = await aKey(client, 'auditor');
    // The limits are counted as they are by default, and are never reached.
    const limits = { REQUESTS_PER_MINUTE: '1000000000', LOOKUPS_PER_MINUTE: '1000000000' };
    const withKey = await bench.startService({ ...env, ...limits, AUTH: 'required' }, { headers });
    const sides = {
      keyed: () => takeHits(bench, withKey, BALANCE, undefined, headers),
      plain: () => takeHits(bench, without, BALANCE),
    };
    await Promise.all([fetch(withKey.url + BALANCE.path, { headers }), fetch(without.url + BALANCE.path)]);
    await warmUp(sides, WARM_UP, bench.warmUp);
    const { keyed, plain } = await interleave(sides, bench.rounds);
    const cpuOf = (samples: typeof keyed): number => median(samples.map(({ cpu }) => cpu));
    const name = 'hit with a key, Redis';
    return [
      measure({
        name,
        metric: 'CPU µs/request',
        value: cpuOf(keyed),
        beside: 'without a key',
        beside_value: cpuOf(plain),
      }),
      alone(name, 'CPU µs of the key', cpuOf(keyed) - cpuOf(plain), { mostValue: MOST_COST }),
    ];
  },
};
