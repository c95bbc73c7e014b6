import type { Client } from 'pg';
import { StartupError } from '../../common/startup-error';
import { type RouteType, fareComponentOf } from '../../fares/route-type';
import { readFareRules } from '../../fares/read-fare-rules';
import { fareFiles, type NetworkRoute } from './fare-files';
import { unsaid } from './unsaid';

/** The fares of a day as files, and what could not be said in them. */
export interface ExportedFares {
  readonly files: ReadonlyMap<string, string>;
  readonly unsaid: readonly string[];
}

/** @throws StartupError before the first tariff. */
export async function exportFares(client: Client, at: string, currency: string): Promise<ExportedFares> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const fares = (await readFareRules(client)).on(at);
  const routes = await readRoutes(client);
  await client.query('COMMIT');
  if (fares.tariffs.length === 0) throw new StartupError(`there is no tariff on ${at}`);
  return { files: fareFiles(fares, routes, currency), unsaid: unsaid(fares) };
}

async function readRoutes(client: Client): Promise<NetworkRoute[]> {
  const { rows } = await client.query<{ code: string; type: RouteType }>(
    `SELECT route_code AS code, route_type AS type FROM routes WHERE is_active ORDER BY route_code COLLATE "C"`,
  );
  return rows.map(({ code, type }) => ({ code, component: fareComponentOf(type) }));
}
