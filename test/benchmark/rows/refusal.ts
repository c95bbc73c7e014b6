import type { Bench } from '../harness/bench';
import { SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { RunningServer } from '../harness/running-server';
import { compareCpu, type Sample, takeSample } from '../harness/sample';
import { warmUp } from '../harness/warm-up';
import type { Row } from '../row';

const CONNECTIONS = 4;
const WARM_UP = 5_000;
const BOARDING = { route_type: 'TRONCAL', route: 'J74', station: 'TM0101', at: '2026-01-14T12:00:00Z' };
const OBSERVATION = {
  vehicle_id: 1,
  route_id: 1,
  latitude: 4.7546,
  longitude: -74.046,
  speed: 26.4,
  observed_at: '2026-01-14T12:00:00Z',
};
const fiveHundredOf = (item: object, last: object = item): object[] => [
  ...Array.from({ length: 499 }, () => item),
  last,
];

const ORDINARY = { path: '/recharges', body: JSON.stringify({ card_id: 'x', amount: 20_000 }) };
/** The longest bodies that are refused: all items wrong, the last alone, too many members, too deep. */
const WORST: Readonly<Record<string, typeof ORDINARY>> = {
  '500 wrong boardings': {
    path: '/fares/price',
    body: JSON.stringify({ personalised: true, boardings: fiveHundredOf({ route: true, at: 3 }) }),
  },
  '500 boardings, the last wrong': {
    path: '/fares/price',
    body: JSON.stringify({ personalised: true, boardings: fiveHundredOf(BOARDING, {}) }),
  },
  '500 positions, the last wrong': {
    path: '/vehicle-positions',
    body: JSON.stringify({ positions: fiveHundredOf(OBSERVATION, {}) }),
  },
  '5,000 unknown members': {
    path: '/fares/price',
    body: `{${Array.from({ length: 5_000 }, (_, n) => `"k${n}":1`).join()}}`,
  },
  '500,000 levels': { path: '/fares/price', body: '['.repeat(500_000) },
};

/** What the worst requests cost until they are refused, beside an ordinary one. */
export const refusal: Row = {
  name: 'refusal',
  isQuick: false,
  run: async (bench) => {
    const service = await bench.startService({ DATABASE_URL: await bench.histories.open(SMALL) });
    const sides = Object.fromEntries(
      Object.entries({ ordinary: ORDINARY, ...WORST }).map(([name, request]) => [
        name,
        () => takeRefusals(bench, service, request),
      ]),
    );
    await warmUp(sides, WARM_UP, bench.warmUp);
    const { ordinary = [], ...worst } = await interleave(sides, bench.rounds);
    return Object.entries(worst).flatMap(([name, samples]) =>
      compareCpu(`refusal of ${name}`, samples, 'an ordinary refusal', ordinary, { most: 20 }),
    );
  },
};

async function takeRefusals(
  bench: Bench,
  { pid, url }: RunningServer,
  request: typeof ORDINARY,
): Promise<Sample> {
  const job = { url, connections: CONNECTIONS, seconds: bench.seconds, method: 'POST', ...request } as const;
  return takeSample({ pid, expected: ['422'] }, () => bench.load.run(job));
}
