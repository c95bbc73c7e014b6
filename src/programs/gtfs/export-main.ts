import { printLine } from '../../common/program/print-line';
import { runUntilStopped } from '../../common/program/run-command';
import { exportGtfsFares } from './export-gtfs-fares';

/** `npm run export:gtfs-fares`: exit code 0 when the files are written, 1 when not. */
runUntilStopped(({ aborted }) => exportGtfsFares(process.argv.slice(2), printLine, aborted));
