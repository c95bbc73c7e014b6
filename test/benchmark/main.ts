import { writeFileSync } from 'node:fs';
import { runCommand } from '../../src/common/program/run-command';
import { StartupError } from '../../src/common/program/startup-error';
import { Bench } from './harness/bench';
import { describeMachine } from './machine';
import { HELP, parseBenchOptions } from './options';
import type { Measure } from './row';
import { table } from './table';

/** `npm run bench`: exit code 0 whatever was met, the table says it; 1 when a row could not be measured. */
runCommand(async () => {
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
        measures.push(...(await run(bench)));
      } catch (error) {
        if (error instanceof StartupError) throw error;
        console.error(error);
        failed = true;
      }
      await bench.clear();
    }
  } finally {
    await bench.close();
  }
  console.log(table(measures).join('\n'));
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, rows: measures }, null, 2)}\n`);
  return failed ? 1 : 0;
});
