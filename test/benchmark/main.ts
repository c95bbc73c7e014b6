import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Measure, Row } from './row';
import { fareEngine } from './rows/fare-engine';

const HELP = `npm run bench -- [options]

  --only ROW,ROW   the rows to run; all without it
  --json FILE      write the results there too
  --help           this`;

const ROWS: readonly Row[] = [fareEngine];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, json: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(`${HELP}\n\nRows: ${ROWS.map(({ name }) => name).join(', ')}`);
    return 0;
  }
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((name) => !ROWS.some((row) => row.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no row ${unknown.join(', ')}; --help names them.`);
    return 1;
  }
  const measures: Measure[] = [];
  for (const row of ROWS) {
    if (wanted && !wanted.includes(row.name)) continue;
    const measured = await row.run();
    measured.forEach(print);
    measures.push(...measured);
  }
  if (values.json)
    writeFileSync(
      values.json,
      `${JSON.stringify({ machine: describeMachine(), rows: measures }, null, 2)}\n`,
    );
  return 0;
}

function print({ name, metric, value, beside, beside_value, ratio, target, met }: Measure): void {
  const [ours, theirs] = [value, beside_value].map((number) =>
    number.toLocaleString('en', { maximumFractionDigits: 1 }),
  );
  console.log(
    `${name}: ${ours} ${metric}, ${beside} ${theirs}, ratio ${ratio.toFixed(2)} (${target}): ${met ? 'met' : 'NOT MET'}`,
  );
}

function describeMachine(): Readonly<Record<string, string | number>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
