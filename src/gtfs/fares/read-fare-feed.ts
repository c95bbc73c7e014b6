import type { Client } from 'pg';
import { type FareComponent, type RouteType, FARE_COMPONENTS, fareComponentOf } from '../../fares/route-type';
import type { Feed } from '../feed/feed';
import type { FareFeed, LegRule, TransferRuleRow } from './fare-feed';

/** Reads what is staged; routes have been written, so that their types are known. */
export async function readFareFeed(
  target: Client,
  feed: Feed,
  networkTypes: ReadonlyMap<string, RouteType>,
): Promise<FareFeed> {
  const legRules = await readLegRules(target);
  const hasTransfers = feed.files.includes('fare_transfer_rules.txt');
  return {
    legRules,
    networks: await readNetworks(target, feed, legRules, networkTypes),
    transferRules: hasTransfers ? await readTransferRules(target) : null,
    prices: await readPrices(target),
  };
}

async function readLegRules(target: Client): Promise<LegRule[]> {
  const { rows } = await target.query<LegRule>(
    `SELECT source_row AS line, coalesce(leg_group_id, '') AS "legGroup", coalesce(network_id, '') AS network,
       coalesce(fare_product_id, '') AS product, reasons <> '{}' AS "isRefused",
       num_nonnulls(from_area_id, to_area_id, from_timeframe_group_id, to_timeframe_group_id) > 0 AS "isConditional",
       CASE WHEN rule_priority ~ '^\\d{1,9}$' THEN rule_priority::integer END AS priority
     FROM source_fare_leg_rules ORDER BY source_row`,
  );
  return rows;
}

async function readTransferRules(target: Client): Promise<TransferRuleRow[]> {
  const { rows } = await target.query<Omit<TransferRuleRow, 'count'> & { count: number | null }>(
    `SELECT source_row AS line, coalesce(from_leg_group_id, '') AS "from", coalesce(to_leg_group_id, '') AS "to",
       CASE WHEN reasons = '{}' THEN transfer_count::integer END AS count,
       CASE WHEN reasons = '{}' THEN duration_limit::integer END AS "windowSeconds",
       fare_transfer_type = '1' AS "addsLeg", coalesce(fare_product_id, '') AS product, reasons <> '{}' AS "isRefused"
     FROM source_fare_transfer_rules ORDER BY source_row`,
  );
  return rows.map((row) => ({ ...row, count: row.count === -1 ? Infinity : row.count }));
}

/** A product for every rider, or for those of the category that is the usual one. */
async function readPrices(target: Client): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await target.query<{ product: string; amounts: number[] }>(
    `SELECT fare_product_id AS product, array_agg(DISTINCT amount::numeric::integer) AS amounts
     FROM accepted_fare_products product
     WHERE rider_category_id IS NULL OR EXISTS (
       SELECT FROM accepted_rider_categories category
       WHERE category.rider_category_id = product.rider_category_id AND is_default_fare_category = '1')
     GROUP BY fare_product_id`,
  );
  return new Map(rows.map(({ product, amounts }) => [product, amounts]));
}

/** In a feed without routes they are the routes here of the same code. */
async function readNetworks(
  target: Client,
  feed: Feed,
  legRules: readonly LegRule[],
  networkTypes: ReadonlyMap<string, RouteType>,
): Promise<ReadonlyMap<string, ReadonlySet<FareComponent>>> {
  const hasRoutes = feed.files.includes('routes.txt');
  const { rows } = await target.query<{ network: string; type: RouteType }>(
    hasRoutes
      ? `SELECT DISTINCT coalesce(network_id, '') AS network, routes.route_type AS type
         FROM feed_routes JOIN routes USING (route_code)`
      : `SELECT DISTINCT listed.network_id AS network, routes.route_type AS type
         FROM accepted_route_networks listed JOIN routes ON routes.route_code = listed.route_id`,
  );
  const networks = new Map<string, Set<FareComponent>>();
  for (const { network, type } of rows) add(networks, network, fareComponentOf(type));
  for (const { network } of legRules) {
    if (networks.has(network) || network === '') continue;
    const type = networkTypes.get(network);
    const component = type ? fareComponentOf(type) : FARE_COMPONENTS.find((name) => name === network);
    if (component) add(networks, network, component);
  }
  if (!hasRoutes && legRules.some(({ network }) => network === '')) {
    const named = new Set([...networks.values()].flatMap((components) => [...components]));
    for (const component of FARE_COMPONENTS) if (!named.has(component)) add(networks, '', component);
  }
  return networks;
}

function add(networks: Map<string, Set<FareComponent>>, network: string, component: FareComponent): void {
  networks.set(network, (networks.get(network) ?? new Set()).add(component));
}
