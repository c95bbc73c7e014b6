import { parseOptions } from '../common/options';
import { StartupError } from '../common/startup-error';
import { type RouteType, ROUTE_TYPES } from '../fares/route-type';
import { parseDay } from './day';
import type { GivenRouteTypes } from './network/choose-route-type';

/** What the operator asked for. */
export interface ImportCommand {
  readonly feed: string;
  readonly reportPath?: string;
  readonly routeTypes: GivenRouteTypes;
  /** The first service day of the feed's fares; without it they are left alone. */
  readonly faresFrom?: string;
  readonly deactivateMissing: boolean;
  readonly dryRun: boolean;
}

export const USAGE = `Takes agencies, stops, routes and their stops from a GTFS feed.

  npm run import:gtfs -- FEED [options]

  FEED                  a zip file or a folder
  --dry-run             only check and report: nothing is changed
  --report FILE         where to write the report (CSV): file, line, id, outcome and reason of what was
                        refused, and notes; by default import-report-….csv here, named as the feed
  --route-type N=TYPE   what routes of that route_type are here: ${ROUTE_TYPES.join(', ')}
  --network ID=TYPE     what routes of that network are here; counts more than --route-type
  --deactivate-missing  stations and routes are in service if the feed has them, and only then
  --fares-from DAY      take base prices and transfers of GTFS-Fares v2 as well, from that service day on
                        (YYYY-MM-DD); a day to come, unless nothing changes
  --help                this text

--route-type and --network may be repeated. Stations and routes are found again by their codes: stop_code
and route_short_name where no other stop or route of the feed has it, else stop_id and route_id. What the
feed does not have any more stays. The database is DATABASE_URL, else the embedded server under DATA_DIR.
Everything is taken in one transaction; services that run see it at once.

Exit codes: 0 every row could be used, 2 some were refused, 1 it failed, and the line says why.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseImportCommand(args: string[]): ImportCommand | null {
  const { values, positionals } = parseOptions({
    args,
    allowPositionals: true,
    options: {
      report: { type: 'string' },
      'route-type': { type: 'string', multiple: true },
      network: { type: 'string', multiple: true },
      'fares-from': { type: 'string' },
      'deactivate-missing': { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return null;
  const [feed, ...more] = positionals;
  if (feed === undefined) throw new StartupError('the feed is missing: see npm run import:gtfs -- --help');
  if (more.length > 0) throw new StartupError(`one feed at a time: ${positionals.join(' ')}`);
  const faresFrom = values['fares-from'];
  return {
    feed,
    reportPath: values.report,
    routeTypes: {
      byType: parseTypes('--route-type', values['route-type']),
      byNetwork: parseTypes('--network', values.network),
    },
    faresFrom: faresFrom === undefined ? undefined : parseDay('--fares-from', faresFrom),
    deactivateMissing: values['deactivate-missing'] ?? false,
    dryRun: values['dry-run'] ?? false,
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
