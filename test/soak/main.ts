import { parseOptions, wholeNumberOption } from '../../src/common/program/options';
import { runCommand } from '../../src/common/program/run-command';
import { soak } from './soak';

const HELP = `Runs a city for long: two workers over PostgreSQL and Redis of its own, npm run load -- --mix city, and faults one after the
other. Every minute it writes what could grow: memory, file handles, connections, epochs, commits without an answer.

npm run soak -- [options]
  --minutes N   how long the load lasts, up to 60 (default 60)
  --rate N      requests a second (default 100)
  --faults N    seconds from one fault to the next; 0: none (default 120)
  --csv FILE    also writes the samples to this file
  --help        shows this text

The exit code is 0 if nothing grew from the first third to the last, every COMMIT was answered, the service ended in order, and the books
are right; otherwise 1.
`;

const MOST_MINUTES = 60;

/** `npm run soak`. */
runCommand(async () => {
  const text = { type: 'string' } as const;
  const { help, minutes, rate, faults, csv } = parseOptions({
    args: process.argv.slice(2),
    options: { help: { type: 'boolean' }, minutes: text, rate: text, faults: text, csv: text },
  }).values;
  if (help) {
    console.log(HELP);
    return 0;
  }
  const complaints = await soak({
    minutes: wholeNumberOption('minutes', minutes, 1, MOST_MINUTES) ?? MOST_MINUTES,
    rate: wholeNumberOption('rate', rate, 1, 10_000) ?? 100,
    faultSeconds: wholeNumberOption('faults', faults, 0, 3_600) ?? 120,
    csv: csv ?? null,
    log: (line) => console.log(line),
  });
  for (const complaint of complaints) console.log(`WRONG  ${complaint}`);
  console.log(complaints.length === 0 ? 'Nothing grew.' : 'Something is wrong.');
  return complaints.length === 0 ? 0 : 1;
});
