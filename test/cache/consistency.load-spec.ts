import { check } from '../consistency/check';
import { FAULT_NAMES, NEED_STANDBY } from '../consistency/faults';
import { drawSeed, type Options } from '../consistency/options';
import { describe as describeTally } from '../consistency/report';
import type { Tally } from '../consistency/tally';

const ENOUGH_READS = 200_000;
const LEAST_HIT_RATE = 0.5;
/** Those that need one database server. */
const SIMPLE_FAULTS = FAULT_NAMES.filter((name) => !NEED_STANDBY.includes(name));

describe('the cache over three processes', () => {
  it('keeps both promises while everything around it fails', async () => {
    const tally = await checkAndReport(
      { seconds: 180, cache: 'protocol', faults: FAULT_NAMES },
      isWholeCheck,
    );

    expect(tally.findings).toEqual([]);
    expect(tally.failures).toEqual([]);
    expect(tally.crashes).toEqual([]);
    expect([...tally.faults.keys()].sort()).toEqual([...FAULT_NAMES].sort());
    expect(tally.checkedReads).toBeGreaterThanOrEqual(ENOUGH_READS);
    expect(tally.hitRate).toBeGreaterThanOrEqual(LEAST_HIT_RATE);
  });

  it('is seen to break them when a write evicts after its commit and a reader stores what it likes', async () => {
    const tally = await checkAndReport({ seconds: 20, cache: 'naive', faults: SIMPLE_FAULTS }, hasFound);

    expect(hasFound(tally)).toBe(true);
  });
});

function isWholeCheck(tally: Tally): boolean {
  return tally.checkedReads >= ENOUGH_READS && FAULT_NAMES.every((name) => tally.faults.has(name));
}

function hasFound({ violations }: Tally): boolean {
  return violations.A > 0 && violations.B > 0;
}

async function checkAndReport(
  form: Pick<Options, 'seconds' | 'cache' | 'faults'>,
  isEnough: (tally: Tally) => boolean,
): Promise<Tally> {
  const options = { ...form, processes: 3, seed: drawSeed() };
  const tally = await check(options, isEnough);
  console.log(describeTally(tally, options));
  return tally;
}
