import { runUntilStopped } from '../../common/program/run-command';
import { migrateSchema } from './migrate-schema';

/** `npm run migrate`. The exit code is 1 if something is wrong, and 130 or 143 if the program was stopped. */
runUntilStopped(({ aborted }) => migrateSchema(process.argv.slice(2), (line) => console.log(line), aborted));
