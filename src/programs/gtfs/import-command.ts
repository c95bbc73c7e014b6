import { parseOptions, wholeNumberOption } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { type RouteType, ROUTE_TYPES } from '../../modules/fares/route-type';
import { parseDay } from './day';
import { parseFeedName } from './name-feed';
import type { GivenRouteTypes } from './network/choose-route-type';

/** What the operator asked for. */
export interface ImportCommand {
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

export const USAGE = `Takes agencies, stops, routes and their stops from a GTFS feed.

  npm run import:gtfs -- FEED [options]

  FEED                  a zip file or a folder
  --feed NAME           whose the rows are: codes are unique within a feed, and what another feed has is never
                        changed. By default the feed here that has the same agencies, else a new one, named as
                        its only agency or its file
  --dry-run             only check and report: nothing is changed
  --report FILE         where to write the report (CSV): file, line, id, outcome and reason of what was
                        refused, and notes; by default import-report-….csv here, named as the feed
  --route-type N=TYPE   what routes of that route_type are here: ${ROUTE_TYPES.join(', ')}
  --network ID=TYPE     what routes of that network are here; counts more than --route-type
  --deactivate-missing  stations and routes are in service if the feed has them, and only then
  --fares-from DAY      take base prices and transfers of GTFS-Fares v2 as well, from that service day on
                        (YYYY-MM-DD); a day to come, unless nothing changes
  --fares-for-all       these fares are to hold for the routes of other feeds too: there is one price of each
                        part of the network
  --max-megabytes N     how much is read of its files, unpacked: by default ${DEFAULTS.megabytes}
  --max-rows N          how many rows are read: by default ${DEFAULTS.rows}
  --max-findings N      how many lines the report has of each file, refused and noted; the rest is counted:
                        by default ${DEFAULTS.findings}
  --help                this text

--route-type and --network may be repeated. Stations and routes are found again by their codes in the feed:
stop_code and route_short_name where no other stop or route of the feed has it, else stop_id and route_id. A
station or route of this code that belongs to no feed becomes the feed's; where another feed has the code, it is
NAME:code here. What the feed does not have any more stays. The database is DATABASE_URL, else the embedded
server under DATA_DIR. Everything is taken in one transaction; services that run see it at once.

Exit codes: 0 every row could be used, 2 some were refused, 1 it failed, and the line says why.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseImportCommand(args: string[]): ImportCommand | null {
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
  if (more.length > 0) throw new StartupError(`one feed at a time: ${positionals.join(' ')}`);
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
