import { connect } from '../../builders/connect';
import { aKey } from '../../builders/keys';
import { SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import { warmUp } from '../harness/warm-up';
import { measure, median, type Row } from '../row';
import { BALANCE, takeHits, WARM_UP } from './hit';

/** What a key may cost a hit, in microseconds of CPU. */
const MOST_COST = 5;

/** What the service answers from Redis to who shows a key, beside what it answers where none is asked for. */
export const hitWithKey: Row = {
  name: 'hit-with-key',
  isQuick: true,
  run: async (bench) => {
    const DATABASE_URL = await bench.histories.open(SMALL);
    const env = { DATABASE_URL, REDIS_URL: await bench.redisUrl() };
    const without = await bench.startService({ ...env, AUTH: 'trusted-network' });
    const client = await connect(DATABASE_URL);
    bench.cleanup.add(() => client.end());
    const { headers } = await aKey(client, 'auditor');
    // The limits are counted as they are by default, and are never reached.
    const limits = { REQUESTS_PER_MINUTE: '1000000000', LOOKUPS_PER_MINUTE: '1000000000' };
    const withKey = await bench.startService({ ...env, ...limits, AUTH: 'required' }, headers);
    const sides = {
      keyed: () => takeHits(bench, withKey, BALANCE, undefined, headers),
      plain: () => takeHits(bench, without, BALANCE),
    };
    await fetch(withKey.url + BALANCE.path, { headers });
    await warmUp(sides, WARM_UP, bench.warmUp);
    const { keyed, plain } = await interleave(sides, bench.rounds);
    const cpuOf = (samples: typeof keyed): number => median(samples.map(({ cpu }) => cpu));
    const name = 'hit with a key, Redis';
    return [
      measure(
        {
          name,
          metric: 'CPU µs/request',
          value: cpuOf(keyed),
          beside: `without, and ${MOST_COST} µs`,
          beside_value: cpuOf(plain) + MOST_COST,
        },
        { most: 1 },
      ),
      measure({
        name,
        metric: 'CPU µs of the key',
        value: cpuOf(keyed) - cpuOf(plain),
        beside: 'at most',
        beside_value: MOST_COST,
      }),
    ];
  },
};
