import { parseOptions } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { parseDay } from './day';

/** What the operator asked for. */
export interface ExportCommand {
  /** The service day whose fares are written. */
  readonly at: string;
  /** A folder, or a zip file where it ends so. */
  readonly out: string;
  /** Whose routes are written; without it those of all, by their codes here. */
  readonly feedName?: string;
}

export const USAGE = `Writes the fares of a service day as GTFS-Fares v2.

  npm run export:gtfs-fares -- --at DAY [--out PATH] [--feed NAME]

  --at DAY    the service day, YYYY-MM-DD
  --out PATH  a folder, or a file that ends in .zip; by default gtfs-fares-DAY here
  --feed NAME only the routes that this feed brought, by the codes that it calls them
  --help      this text

Base prices by network (trunk, zonal), transfers, and prices of rider categories. What Fares v2 has no words
for is printed. route_id is the code of the route, here or in the feed. The database is DATABASE_URL, else the embedded server
under DATA_DIR; it is only read, and the service may run.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseExportCommand(args: string[]): ExportCommand | null {
  const { at, out, feed, help } = parseOptions({
    args,
    options: {
      at: { type: 'string' },
      out: { type: 'string' },
      feed: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
  if (help) return null;
  if (at === undefined) throw new StartupError('--at is missing: see npm run export:gtfs-fares -- --help');
  const day = parseDay('--at', at);
  return { at: day, out: out ?? `gtfs-fares-${day}`, feedName: feed };
}
