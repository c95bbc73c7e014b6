import { runUntilStopped } from '../../common/program/run-command';
import { keys } from './keys';

/** `npm run keys`: exit code 1 when anything is wrong. */
runUntilStopped(({ aborted }) => keys(process.argv.slice(2), (line) => console.log(line), aborted));
