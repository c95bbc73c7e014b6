import { writeFileSync } from 'node:fs';
import { runCommand } from '../../common/program/run-command';
import { StartupError } from '../../common/program/startup-error';
import { HELP, type LatencyArguments, parseLatencyArguments } from './arguments';
import { drawChart } from './chart';
import { type Choice, chooseFromArguments, chooseInDialogue } from './choose';
import { Dialogue } from './dialogue';
import { type Measured, measure, type Sample } from './measure';
import { learnOperations, type OfferedRead } from './operations';

/** `npm run latency`: exit code 1 when nothing could be measured, or not all that was named. */
runCommand(async () => {
  const args = parseLatencyArguments(process.argv.slice(2));
  if (args.help) {
    console.log(HELP);
    return 0;
  }
  const { url, key, isCacheable, out } = args;
  const offered = (await learnOperations(url, key)).filter(({ isCached }) => isCached === isCacheable);
  const { measured, incomplete } = await measureAll({ url, key }, await choose(args, offered));
  measured.forEach(print);
  if (incomplete.length > 0) console.log('');
  for (const line of incomplete) console.log(line);
  if (measured.length === 0) throw new StartupError('no operation could be measured');
  writeFileSync(
    `${out}.json`,
    `${JSON.stringify({ url, measured_at: new Date(), operations: measured }, null, 2)}\n`,
  );
  writeFileSync(
    `${out}.svg`,
    drawChart(measured, isCacheable ? 'Read from the cache, and not' : 'Reads that are not cached'),
  );
  console.log(`\n${out}.json and ${out}.svg are written.`);
  return incomplete.length > 0 && args.operations ? 1 : 0;
});

async function choose(args: LatencyArguments, offered: readonly OfferedRead[]): Promise<Choice> {
  if (!process.stdin.isTTY || (args.operations && args.iterations !== null))
    return chooseFromArguments(args, offered);
  const dialogue = new Dialogue(process.stdin, process.stdout);
  try {
    return await chooseInDialogue(args, offered, dialogue);
  } finally {
    dialogue.close();
  }
}

interface Results {
  readonly measured: readonly Measured[];
  /** A line for each operation that could not be measured, or not to its end. */
  readonly incomplete: readonly string[];
}

/** One after the other; Ctrl-C ends it, with the results so far. */
async function measureAll(
  service: Pick<LatencyArguments, 'url' | 'key'>,
  { operations, iterations }: Choice,
): Promise<Results> {
  const measured: Measured[] = [];
  const incomplete: string[] = [];
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  process.once('SIGINT', interrupt);
  for (const operation of operations) {
    if (interruption.signal.aborted) break;
    console.log(`\nGET ${operation.path}`);
    let nth = 0;
    const report = ({ source, milliseconds }: Sample): void => {
      nth += 1;
      console.log(
        `${String(nth).padStart(6)}  ${source.padEnd(6)}  ${milliseconds.toFixed(2).padStart(8)} ms`,
      );
    };
    const result = await measure(service, operation, iterations, interruption.signal, report);
    if (result.measured) measured.push(result.measured);
    if (result.stopReason) {
      const line = `${result.measured ? 'cut short' : 'skipped'}  ${operation.name}: ${result.stopReason}`;
      console.log(line);
      incomplete.push(line);
    }
  }
  process.off('SIGINT', interrupt);
  return { measured, incomplete };
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
