import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { runCommand } from '../common/run-command';
import { StartupError } from '../common/startup-error';
import { HELP, type LatencyArguments, parseLatencyArguments, toIterations } from './arguments';
import { drawChart } from './chart';
import { type Measured, measure } from './measure';
import { learnOperations, type ReadOperation } from './operations';

const ALL = 'all';
const DEFAULT_ITERATIONS = 50;

/** `npm run latency`: exit code 1 when the service can't be measured. */
runCommand(async () => {
  const args = parseLatencyArguments(process.argv.slice(2));
  if (args.help) {
    console.log(HELP);
    return 0;
  }
  const { url, isCacheable, out } = args;
  const offered = (await learnOperations(url)).filter(({ key }) => (key !== null) === isCacheable);
  const { operations, iterations } = await choose(args, offered);
  const measured: Measured[] = [];
  for (const operation of operations) {
    console.log(`\nGET ${operation.path}`);
    let nth = 0;
    measured.push(
      await measure(url, operation, iterations, ({ source, milliseconds }) => {
        nth += 1;
        console.log(
          `${String(nth).padStart(6)}  ${source.padEnd(6)}  ${milliseconds.toFixed(2).padStart(8)} ms`,
        );
      }),
    );
  }
  measured.forEach(print);
  writeFileSync(
    `${out}.json`,
    `${JSON.stringify({ url, measured_at: new Date(), operations: measured }, null, 2)}\n`,
  );
  writeFileSync(
    `${out}.svg`,
    drawChart(measured, isCacheable ? 'Read from the cache, and not' : 'Reads that are not cached'),
  );
  console.log(`\n${out}.json and ${out}.svg are written.`);
  return 0;
});

interface Choice {
  readonly operations: readonly ReadOperation[];
  readonly iterations: number;
}

/** What the arguments leave open is asked for where somebody is there to answer. */
async function choose(
  { operations, iterations }: LatencyArguments,
  offered: readonly ReadOperation[],
): Promise<Choice> {
  if (!process.stdin.isTTY || (operations && iterations !== null))
    return { operations: pick(operations ?? [ALL], offered), iterations: iterations ?? DEFAULT_ITERATIONS };
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return {
      operations: operations ? pick(operations, offered) : await askForOperations(terminal, offered),
      iterations:
        iterations ??
        toIterations((await terminal.question(`Iterations [${DEFAULT_ITERATIONS}]: `)) || undefined) ??
        DEFAULT_ITERATIONS,
    };
  } finally {
    terminal.close();
  }
}

async function askForOperations(
  terminal: ReturnType<typeof createInterface>,
  offered: readonly ReadOperation[],
): Promise<readonly ReadOperation[]> {
  offered.forEach(({ name }, index) => console.log(`${String(index + 1).padStart(3)}  ${name}`));
  const answer = await terminal.question(`Operation, 1 to ${offered.length}, or all [all]: `);
  const chosen = offered[Number(answer) - 1];
  return chosen ? [chosen] : pick([answer || ALL], offered);
}

/** @throws StartupError naming what is not offered. */
function pick(names: readonly string[], offered: readonly ReadOperation[]): readonly ReadOperation[] {
  if (names.includes(ALL)) return offered;
  return names.map((name) => {
    const found = offered.find((operation) => operation.name === name || operation.path === name);
    if (!found)
      throw new StartupError(
        `${name} is not offered; there are ${offered.map((each) => each.name).join(', ')}`,
      );
    return found;
  });
}

function print({ operation, summaries, ratio }: Measured): void {
  console.log(`\n${operation}`);
  for (const [source, { count, mean, p50, p95, p99 }] of Object.entries(summaries)) {
    const [average, ...percentiles] = [mean, p50, p95, p99].map((each) => each.toFixed(2).padStart(8));
    console.log(
      `  ${source.padEnd(6)} ${String(count).padStart(6)} requests   mean ${average} ms   ` +
        `p50 ${percentiles[0]}   p95 ${percentiles[1]}   p99 ${percentiles[2]}`,
    );
  }
  if (ratio !== null)
    console.log(`  the median MISS takes ${ratio.toFixed(1)} times as long as the median HIT`);
}
