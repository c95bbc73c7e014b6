import { parseOptions } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { parseDay } from './day';

/** The arguments of the program. */
export interface ExportArguments {
  /** The service day whose fares are written. */
  readonly at: string;
  /** A folder, or a zip file where it ends so. */
  readonly out: string;
  /** Whose routes are written; without it those of all, by their codes here. */
  readonly feedName?: string;
}

export const HELP = `Writes the fares of a service day as GTFS-Fares v2.

  npm run export:gtfs-fares -- --at DAY [--out PATH] [--feed NAME]

  --at DAY    the service day, YYYY-MM-DD
  --out PATH  a folder, or a file that ends in .zip; by default gtfs-fares-DAY in this folder
  --feed NAME only the routes that were imported from this feed, with their codes in the feed
  --help      shows this text

It writes base prices by network (trunk, zonal), transfers, and prices of rider categories, and prints the rules
that Fares v2 cannot express. route_id is the code of the route, here or in the feed. The database is the one in
DATABASE_URL, or else the embedded one under DATA_DIR. It is only read, so the service can run.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseExportArguments(args: string[]): ExportArguments | null {
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
