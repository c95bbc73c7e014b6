import { writeFileSync } from 'node:fs';
import { runCommand } from '../../src/common/run-command';
import { Bench } from './harness/bench';
import { describeMachine } from './machine';
import { HELP, parseBenchOptions } from './options';
import type { Measure } from './row';
import { table } from './table';

/** `npm run bench`: exit code 0 whatever was met; the table says it. */
runCommand(async () => {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const machine = describeMachine();
  const measures: Measure[] = [];
  const bench = new Bench(options);
  try {
    for (const { name, run } of options.rows) {
      console.error(`${name} …`);
      measures.push(...(await run(bench)));
      await bench.clear();
    }
  } finally {
    await bench.close();
  }
  console.log(table(measures).join('\n'));
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ machine, rows: measures }, null, 2)}\n`);
  return 0;
});
