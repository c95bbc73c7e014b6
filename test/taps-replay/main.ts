import { runCommand } from '../../src/common/program/run-command';
import { HELP, parseReplayOptions } from './options';
import { replay } from './replay';

/** `npm run taps:replay`. */
runCommand(async () => {
  const options = parseReplayOptions(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return 0;
  }
  const complaints = await replay(options, (line) => console.log(line));
  for (const complaint of complaints) console.log(`WRONG  ${complaint}`);
  console.log(
    complaints.length === 0
      ? 'Every tap was taken once; the books and the fares are right.'
      : 'Something is wrong.',
  );
  return complaints.length === 0 ? 0 : 1;
});
