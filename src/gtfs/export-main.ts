import { printLine } from '../common/print-line';
import { runCommand } from '../common/run-command';
import { exportGtfsFares } from './export-gtfs-fares';

/** `npm run export:gtfs-fares`: exit code 0 when the files are written, 1 when not. */
runCommand(() => exportGtfsFares(process.argv.slice(2), printLine));
