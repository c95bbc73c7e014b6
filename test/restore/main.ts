import { parseOptions, wholeNumberOption } from '../../src/common/program/options';
import { runCommand } from '../../src/common/program/run-command';
import { drill } from './drill';

const HELP = `Restores a city to a moment before it was wrecked, to prove that it can be done: with PostgreSQL's own continuous archive,
servers of its own, and nothing that is in use.

npm run restore:drill -- [options]
  --cards N     number of cards of the city (default 1000)
  --seconds N   seconds of recharges before that moment, and after it (default 10)
  --help        shows this text

The exit code is 0 if the books and the fares are right, each seal that was kept elsewhere is there, and with it every recharge that was
acknowledged before that moment, and none that was sent after it; otherwise 1.
`;

/** `npm run restore:drill`. */
runCommand(async () => {
  const text = { type: 'string' } as const;
  const { help, cards, seconds } = parseOptions({
    args: process.argv.slice(2),
    options: { help: { type: 'boolean' }, cards: text, seconds: text },
  }).values;
  if (help) {
    console.log(HELP);
    return 0;
  }
  const faults = await drill({
    cards: wholeNumberOption('cards', cards, 100, 1_000_000) ?? 1_000,
    seconds: wholeNumberOption('seconds', seconds, 0, 3_600) ?? 10,
    log: (line) => console.log(line),
  });
  for (const fault of faults) console.log(`WRONG  ${fault}`);
  console.log(faults.length === 0 ? 'The restore is right.' : 'The restore is wrong.');
  return faults.length === 0 ? 0 : 1;
});
