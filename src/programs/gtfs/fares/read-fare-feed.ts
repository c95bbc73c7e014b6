import type { Client } from 'pg';
import {
  type FareComponent,
  type RouteType,
  FARE_COMPONENTS,
  fareComponentOf,
} from '../../../modules/fares/route-type';
import type { KnownFeed } from '../network/known-feed';
import type { FareFeed, LegRule, TransferRuleRow } from './fare-feed';

/** What is staged of a feed. */
export interface StagedFares {
  /** Whether it has routes of its own, and is not one of fares alone. */
  readonly hasRoutes: boolean;
  /** Null: nothing here is of the feed. */
  readonly known: KnownFeed | null;
  /** The tables whose files could be read. */
  readonly read: ReadonlySet<string>;
}

/** Reads what is staged; routes have been written, so that their types are known. */
export async function readFareFeed(
  target: Client,
  feed: StagedFares,
  networkTypes: ReadonlyMap<string, RouteType>,
): Promise<FareFeed> {
  const legRules = await readLegRules(target);
  // A file that can't be read says nothing; without rows it says that there are no transfers.
  const hasTransfers = feed.read.has('fare_transfer_rules');
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

/** In a feed without routes they are its routes here, or those of the same code. */
async function readNetworks(
  target: Client,
  { hasRoutes, known }: StagedFares,
  legRules: readonly LegRule[],
  networkTypes: ReadonlyMap<string, RouteType>,
): Promise<ReadonlyMap<string, ReadonlySet<FareComponent>>> {
  const { rows } = hasRoutes
    ? await target.query<{ network: string; type: RouteType }>(
        `SELECT DISTINCT coalesce(network_id, '') AS network, routes.route_type AS type
         FROM feed_routes JOIN routes USING (route_id)`,
      )
    : await target.query<{ network: string; type: RouteType }>(
        `SELECT DISTINCT listed.network_id AS network, coalesce(own.route_type, named.route_type) AS type
         FROM accepted_route_networks listed
         LEFT JOIN routes own ON own.feed_id = $1 AND own.feed_code = listed.route_id
         LEFT JOIN routes named ON named.route_code = listed.route_id
         WHERE num_nonnulls(own.route_id, named.route_id) > 0`,
        [known?.feedId],
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
