import { parseOptions, wholeNumberOption } from '../../src/common/program/options';
import { StartupError } from '../../src/common/program/startup-error';
import { ROWS } from './rows';
import type { Row } from './row';

export const HELP = `Measures what has a target, each beside a peer or a limit in the same run: A, B, B, A, A, B …

npm run bench -- [options]
  --only ROW,ROW   the rows to run; all without it
  --json FILE      write the results there too
  --rounds N       turns of each side (default 5)
  --seconds N      length of a turn (default 2)
  --warm-up N      turns before them that don't count: servers compile what they run (default 2)
  --database URL   a seeded database in place of the histories that npm run bench:prepare made; rows that compare
                   histories are left out. What is written stays in a copy of it.
  --help           this

Rows: ${ROWS.map(({ name }) => name).join(', ')}`;

export interface BenchOptions {
  readonly help: boolean;
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
      json: TEXT,
      rounds: TEXT,
      seconds: TEXT,
      'warm-up': TEXT,
      database: TEXT,
      help: { type: 'boolean' },
    },
  });
  return {
    help: values.help ?? false,
    rows: pick(values.only?.split(',')),
    json: values.json ?? null,
    rounds: wholeNumberOption('rounds', values.rounds, 1, 1_000) ?? 5,
    seconds: wholeNumberOption('seconds', values.seconds, 1, 600) ?? 2,
    warmUp: wholeNumberOption('warm-up', values['warm-up'], 0, 1_000) ?? 2,
    database: values.database ?? null,
  };
}

function pick(names: readonly string[] | undefined): readonly Row[] {
  if (!names) return ROWS;
  const unknown = names.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) throw new StartupError(`there is no row ${unknown.join(', ')} (see --help)`);
  return ROWS.filter(({ name }) => names.includes(name));
}
