import { runUntilStopped } from '../../src/common/program/run-command';
import { runLab } from './run-lab';

/** `npm run lab`: exit code 1 when an experiment is not passed, 130 or 143 when it was stopped. */
runUntilStopped(({ aborted }) => runLab(process.argv.slice(2), aborted));
