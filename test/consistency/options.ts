import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { FAULT_NAMES, type FaultName } from './faults';

/** What a check is to do. */
export interface Options {
  readonly processes: number;
  readonly seconds: number;
  readonly faults: readonly FaultName[];
  readonly seed: number;
  /** naive: the plain order (COMMIT, DEL, unconditional SET), to see that the checker finds what it breaks. */
  readonly cache: 'protocol' | 'naive';
}

export const USAGE = `npm run check:consistency -- [--processes 3] [--seconds 60] [--faults all|none|${FAULT_NAMES.join('|')},…] [--seed N] [--cache naive]`;

/** @throws Error that says what is wrong with the command line. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      processes: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '60' },
      faults: { type: 'string', default: 'all' },
      seed: { type: 'string', default: String(drawSeed()) },
      cache: { type: 'string', default: 'protocol' },
    },
  });
  if (values.cache !== 'protocol' && values.cache !== 'naive')
    throw new Error(`--cache must be protocol or naive, not ${values.cache}`);
  return {
    processes: numberOf('processes', values.processes, 1),
    seconds: numberOf('seconds', values.seconds, 1),
    faults: faultsOf(values.faults),
    seed: numberOf('seed', values.seed, 0),
    cache: values.cache,
  };
}

export function drawSeed(): number {
  return randomInt(2 ** 31);
}

function numberOf(name: string, value: string, least: number): number {
  if (!/^\d{1,10}$/.test(value) || Number(value) < least)
    throw new Error(`--${name} must be a whole number from ${least}, not ${value}`);
  return Number(value);
}

function faultsOf(list: string): readonly FaultName[] {
  if (list === 'all') return FAULT_NAMES;
  if (list === 'none') return [];
  return list.split(',').map((name) => {
    const known = FAULT_NAMES.find((fault) => fault === name);
    if (!known) throw new Error(`--faults knows no ${name}`);
    return known;
  });
}
