import { parseOptions, wholeNumberOption } from '../../src/common/program/options';
import { StartupError } from '../../src/common/program/startup-error';
import { ROWS } from './rows';
import type { Row } from './row';

const QUICK_ROWS = ROWS.filter(({ isQuick }) => isQuick);

export const HELP = `Measures what has a target, each beside a peer or a limit in the same run: A, B, B, A, A, B …

npm run bench -- [options]
  --only ROW,ROW   the rows to run; all without it
  --quick          the rows that need no large history, with few short turns, over a small database that is made for the
                   run: needs no npm run bench:prepare, and three minutes. Its figures are rough: compare them with those of
                   another quick run, before and after a change. With --only also other rows, with --database over that one
  --json FILE      write the results there too
  --rounds N       turns of each side (default 5; quick 3)
  --seconds N      length of a turn (default 2; quick 1)
  --warm-up N      most turns before them, which don't count: servers compile what they run often (default 10)
  --database URL   a seeded database in place of the histories that npm run bench:prepare made; rows that compare
                   histories are left out. What is written stays in a copy of it.
  --help           this

Rows: ${ROWS.map(({ name }) => name).join(', ')}
Quick: ${QUICK_ROWS.map(({ name }) => name).join(', ')}`;

export interface BenchOptions {
  readonly help: boolean;
  readonly quick: boolean;
  readonly rows: readonly Row[];
  readonly json: string | null;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly database: string | null;
}

const TEXT = { type: 'string' } as const;

/** @throws StartupError naming what is wrong. */
export function parseBenchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseOptions({
    args: [...args],
    options: {
      only: TEXT,
      quick: { type: 'boolean' },
      json: TEXT,
      rounds: TEXT,
      seconds: TEXT,
      'warm-up': TEXT,
      database: TEXT,
      help: { type: 'boolean' },
    },
  });
  const quick = values.quick ?? false;
  const usual = quick ? { rounds: 3, seconds: 1 } : { rounds: 5, seconds: 2 };
  return {
    help: values.help ?? false,
    quick,
    rows: pick(values.only?.split(','), quick ? QUICK_ROWS : ROWS),
    json: values.json ?? null,
    rounds: wholeNumberOption('rounds', values.rounds, 1, 1_000) ?? usual.rounds,
    seconds: wholeNumberOption('seconds', values.seconds, 1, 600) ?? usual.seconds,
    warmUp: wholeNumberOption('warm-up', values['warm-up'], 0, 1_000) ?? 10,
    database: values.database ?? null,
  };
}

function pick(names: readonly string[] | undefined, usual: readonly Row[]): readonly Row[] {
  if (!names) return usual;
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) throw new StartupError(`there is no row ${unknown.join(', ')} (see --help)`);
  return ROWS.filter(({ name }) => names.includes(name));
}
