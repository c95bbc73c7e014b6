import type { Client } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { type RouteType, fareComponentOf } from '../../../modules/fares/route-type';
import { readFareRules } from '../../../modules/fares/read-fare-rules';
import type { ExportArguments } from '../export-arguments';
import { findFeed } from '../network/known-feed';
import { fareFiles, type NetworkRoute } from './fare-files';
import { listNotExpressible } from './not-expressible';

/** The fares of a day as files, and what could not be said in them. */
export interface ExportedFares {
  readonly files: ReadonlyMap<string, string>;
  readonly notExpressible: readonly string[];
}

/** @throws StartupError before the first tariff, and for a feed that is not here. */
export async function exportFares(
  client: Client,
  { at, feedName }: Pick<ExportArguments, 'at' | 'feedName'>,
  currency: string,
): Promise<ExportedFares> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const fares = (await readFareRules(client)).on(at);
  const routes = feedName === undefined ? await readRoutes(client) : await readRoutesOf(client, feedName);
  await client.query('COMMIT');
  if (fares.tariffs.length === 0) throw new StartupError(`there is no tariff on ${at}`);
  return { files: fareFiles(fares, routes, currency), notExpressible: listNotExpressible(fares) };
}

interface RouteRow {
  readonly code: string;
  readonly type: RouteType;
}

async function readRoutes(client: Client): Promise<NetworkRoute[]> {
  const { rows } = await client.query<RouteRow>(
    `SELECT route_code AS code, route_type AS type FROM routes WHERE is_active ORDER BY route_code COLLATE "C"`,
  );
  return rows.map(networkRoute);
}

async function readRoutesOf(client: Client, feedName: string): Promise<NetworkRoute[]> {
  const feed = await findFeed(client, feedName);
  if (!feed) throw new StartupError(`there is no feed ${feedName} here`);
  const { rows } = await client.query<RouteRow>(
    `SELECT feed_code AS code, route_type AS type FROM routes WHERE is_active AND feed_id = $1
     ORDER BY feed_code COLLATE "C"`,
    [feed.feedId],
  );
  return rows.map(networkRoute);
}

function networkRoute({ code, type }: RouteRow): NetworkRoute {
  return { code, component: fareComponentOf(type) };
}
