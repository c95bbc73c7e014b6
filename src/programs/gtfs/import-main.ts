import { printLine } from '../../common/program/print-line';
import { runUntilStopped } from '../../common/program/run-command';
import { importGtfs } from './import-gtfs';

/** `npm run import:gtfs`: exit code 0 when every row could be used, 2 when some were refused, 1 when it failed,
 * 130 or 143 when it was stopped. */
runUntilStopped(({ aborted }) => importGtfs(process.argv.slice(2), printLine, aborted));
