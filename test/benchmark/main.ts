import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { runUntilStopped } from '../../src/common/program/run-command';
import { StartupError } from '../../src/common/program/startup-error';
import { Bench } from './harness/bench';
import { describeMachine } from './machine';
import { HELP, parseBenchOptions } from './options';
import type { Measure } from './row';
import { table } from './table';

const ROUGH =
  'These figures are rough: a few short turns over a small database. Compare them with those of another quick run.';

/** `npm run bench`: exit code 0 whatever was met, the table says it; 1 when a row could not be measured. */
runUntilStopped(async ({ aborted }) => {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const machine = describeMachine();
  const measures: Measure[] = [];
  let failed = false;
  const bench = new Bench(options);
  try {
    for (const { name, run } of options.rows) {
      console.error(`${name} …`);
      try {
        measures.push(...(await untilAborted(run(bench), aborted)));
      } catch (error) {
        if (error instanceof StartupError || aborted.aborted) throw error;
        console.error(error);
        failed = true;
      }
      await bench.clear();
    }
  } finally {
    await bench.close();
  }
  console.log(table(measures).join('\n'));
  if (options.quick) console.log(ROUGH);
  if (options.json)
    writeFileSync(
      options.json,
      `${JSON.stringify({ machine, quick: options.quick, rows: measures }, null, 2)}\n`,
    );
  return failed ? 1 : 0;
});

/** What the work has made is undone by the bench. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const ended = new AbortController();
  const aborted = once(signal, 'abort', { signal: ended.signal }).then(() => {
    throw signal.reason as Error;
  });
  return Promise.race([work, aborted]).finally(() => ended.abort());
}
