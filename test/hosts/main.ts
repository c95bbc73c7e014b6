import { parseOptions } from '../../src/common/program/options';
import { runUntilStopped } from '../../src/common/program/run-command';
import { runHostsLab } from './hosts-lab';

const HELP = `Sets up the three machines of DEPLOYMENT.md on this one, from the files that the guide quotes (docker/hosts), and shows what passes
and what is refused. It needs Linux and root: the machines are network namespaces, with 192.168.100.10 (API), .20 (Redis), .30
(PostgreSQL), and .40 for somebody else; this machine is the administrator's, .1. Nothing of this machine is changed.

npm run lab:hosts -- [options]
  --stay      keeps them until Ctrl-C, to look at them
  --help      shows this text

The exit code is 0 if everything passed or was refused as it must be, otherwise 1.
`;

/** `npm run lab:hosts`. */
runUntilStopped(async ({ aborted }) => {
  const { help, stay } = parseOptions({
    args: process.argv.slice(2),
    options: { help: { type: 'boolean' }, stay: { type: 'boolean', default: false } },
  }).values;
  if (help) {
    console.log(HELP);
    return 0;
  }
  const faults = await runHostsLab({ stay, say: (line) => console.log(line) }, aborted);
  console.log(
    faults === 0 ? '\nEverything is as it must be.' : `\n${faults} things are not as they must be.`,
  );
  return faults === 0 ? 0 : 1;
});
