import { parseOptions, wholeNumberOption } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { type RouteType, ROUTE_TYPES } from '../../modules/fares/route-type';
import { parseDay } from './day';
import { parseFeedName } from './name-feed';
import type { GivenRouteTypes } from './network/choose-route-type';

/** The arguments of the program. */
export interface ImportArguments {
  /** Of the zip file or folder. */
  readonly path: string;
  /** Whose the rows are; without it, as `nameFeed` finds it. */
  readonly feedName?: string;
  readonly reportPath?: string;
  readonly routeTypes: GivenRouteTypes;
  /** The first service day of the feed's fares; without it they are left alone. */
  readonly faresFrom?: string;
  /** Whether these fares may hold for the routes of other feeds too. */
  readonly faresForAll: boolean;
  readonly deactivateMissing: boolean;
  readonly dryRun: boolean;
  readonly limits: FeedLimits;
}

/** What is read of a feed, and said about it, at most. */
export interface FeedLimits {
  /** Of all files that are read, uncompressed. */
  readonly bytes: number;
  readonly rows: number;
  /** Lines of the report about each file, for each outcome. */
  readonly findings: number;
}

const MEGABYTE = 1_000_000;

const DEFAULTS = { megabytes: 2_000, rows: 10_000_000, findings: 1_000 };

export const HELP = `Takes agencies, stops, routes and their stops from a GTFS feed.

  npm run import:gtfs -- FEED [options]

  FEED                  a zip file or a folder
  --feed NAME           the name of the feed that owns the imported rows. Rows of other feeds are never changed.
                        By default it is the known feed with the same agencies, or else a new feed with the name
                        of its only agency or of its file
  --dry-run             only checks and reports: nothing is changed
  --report FILE         where to write the report (CSV): file, line, id, outcome and reason of each refused row,
                        and notes; by default import-report-….csv in this folder, with the name of the feed
  --route-type N=TYPE   the type that routes with this route_type get: ${ROUTE_TYPES.join(', ')}
  --network ID=TYPE     the type that routes of this network get; it wins over --route-type
  --deactivate-missing  puts stations and routes in service if the feed has them, and out of service if it does
                        not
  --fares-from DAY      imports base prices and transfers of GTFS-Fares v2 too; they begin on this service day
                        (YYYY-MM-DD), which must be in the future unless nothing changes
  --fares-for-all       confirms that these fares are also for the routes of other feeds, because each part of
                        the network has only one price
  --max-megabytes N     the most megabytes to read, after unpacking: by default ${DEFAULTS.megabytes}
  --max-rows N          the most rows to read: by default ${DEFAULTS.rows}
  --max-findings N      the most lines of the report for each file, refused rows and notes; the others are only
                        counted: by default ${DEFAULTS.findings}
  --help                shows this text

--route-type and --network can be repeated. Stations and routes are found again by their codes in the feed:
stop_code and route_short_name when they are unique in the feed, or else stop_id and route_id. A station or
route with this code that belongs to no feed becomes part of this feed; if another feed has the code, the code
here is NAME:code. Rows that the feed has no more stay. The database is the one in DATABASE_URL, or else the
embedded one under DATA_DIR. All rows are imported in one transaction; running services see them at once.

Exit codes: 0 all rows were used, 2 some rows were refused, 1 the import failed and printed the reason.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseImportArguments(args: string[]): ImportArguments | null {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      feed: { type: 'string' },
      report: { type: 'string' },
      'route-type': { type: 'string', multiple: true },
      network: { type: 'string', multiple: true },
      'fares-from': { type: 'string' },
      'fares-for-all': { type: 'boolean' },
      'max-megabytes': { type: 'string' },
      'max-rows': { type: 'string' },
      'max-findings': { type: 'string' },
      'deactivate-missing': { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return null;
  const [path, ...more] = positionals;
  if (path === undefined) throw new StartupError('the feed is missing: see npm run import:gtfs -- --help');
  if (more.length > 0)
    throw new StartupError(`only one feed can be imported at a time: ${positionals.join(' ')}`);
  const faresFrom = values['fares-from'];
  const most = (option: 'megabytes' | 'rows' | 'findings', largest: number): number =>
    wholeNumberOption(`max-${option}`, values[`max-${option}`], 1, largest) ?? DEFAULTS[option];
  return {
    path,
    feedName: values.feed === undefined ? undefined : parseFeedName(values.feed),
    reportPath: values.report,
    routeTypes: {
      byType: parseTypes('--route-type', values['route-type']),
      byNetwork: parseTypes('--network', values.network),
    },
    faresFrom: faresFrom === undefined ? undefined : parseDay('--fares-from', faresFrom),
    faresForAll: values['fares-for-all'] ?? false,
    deactivateMissing: values['deactivate-missing'] ?? false,
    dryRun: values['dry-run'] ?? false,
    limits: {
      bytes: most('megabytes', 100_000) * MEGABYTE,
      rows: most('rows', 1_000_000_000),
      findings: most('findings', 1_000_000),
    },
  };
}

function parseTypes(option: string, texts: readonly string[] = []): ReadonlyMap<string, RouteType> {
  return new Map(
    texts.map((text) => {
      const [, key, word] = /^(.+)=([^=]*)$/.exec(text) ?? [];
      const type = ROUTE_TYPES.find((known) => known === word);
      if (key === undefined || type === undefined) {
        throw new StartupError(`${option} must be …=TYPE, TYPE one of ${ROUTE_TYPES.join(', ')}: ${text}`);
      }
      return [key, type];
    }),
  );
}
