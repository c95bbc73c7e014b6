import type { LoadResult } from '../load/job';
import { type Measure, measure, median, type Target } from '../row';
import { cpuSeconds } from './cpu';

/** One turn of one side. */
export interface Sample {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU microseconds of the server's processes for each request. */
  readonly cpu: number;
  /** The same of PostgreSQL; null where it is not asked for, or runs elsewhere. */
  readonly databaseCpu: number | null;
  /** How many answers had which status and X-Cache. */
  readonly answers: LoadResult['answers'];
}

/** What a turn is measured on. */
export interface Measured {
  readonly pid: number;
  readonly postmaster?: number | null;
  /** Each status, and X-Cache if any, that answers may have; a refused request costs another amount. */
  readonly expected: readonly string[];
}

/** The rest may be refused for a good reason: a few cards of a history are on a trip. */
const LEAST_SHARE = 0.95;

/** @throws when more than one in twenty answers was not the expected. */
export async function takeSample(
  { pid, postmaster = null, expected }: Measured,
  run: () => Promise<LoadResult>,
): Promise<Sample> {
  const begun = cpuSeconds(pid);
  const databaseBegun = postmaster === null ? 0 : cpuSeconds(postmaster);
  const { requests, seconds, p50, p99, answers } = await run();
  const cpu = cpuSeconds(pid) - begun;
  const databaseCpu = postmaster === null ? null : cpuSeconds(postmaster) - databaseBegun;
  const good = expected.reduce((sum, kind) => sum + (answers[kind] ?? 0), 0);
  if (good < LEAST_SHARE * requests)
    throw new Error(
      `${expected.join(' or ')} was expected of ${requests} answers: ${JSON.stringify(answers)}`,
    );
  return {
    requests,
    answers,
    perSecond: requests / seconds,
    p50,
    p99,
    cpu: (cpu / requests) * 1e6,
    databaseCpu: databaseCpu === null ? null : (databaseCpu / requests) * 1e6,
  };
}

/** Two sides of a row; the target is for the CPU time, the rest is reported beside it. */
export function compareCpu(
  name: string,
  ours: readonly Sample[],
  beside: string,
  theirs: readonly Sample[],
  target: Target,
): Measure[] {
  const one = (metric: string, pick: (sample: Sample) => number, limits: Target = {}): Measure =>
    measure(
      {
        name,
        metric,
        value: median(ours.map(pick)),
        beside,
        beside_value: theirs.length === 0 ? null : median(theirs.map(pick)),
      },
      limits,
    );
  return [
    one('CPU µs/request', ({ cpu }) => cpu, target),
    one('requests/s', ({ perSecond }) => perSecond),
    one('p50 ms', ({ p50 }) => p50),
    one('p99 ms', ({ p99 }) => p99),
  ];
}
