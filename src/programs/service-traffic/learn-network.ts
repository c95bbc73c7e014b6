import type { RouteType } from '../../modules/fares/route-type';
import { inParallel } from './in-parallel';
import type { RideableRoute, RideableStop } from '../../modules/trips/rideable-network';
import type { ServiceClient } from './service-client';

interface RoutePage {
  readonly routes: readonly { readonly route_id: number; readonly route_type: RouteType }[];
  readonly next_cursor: string | null;
}

/**
 * The routes in service, with their stops, as the service itself tells them.
 *
 * @throws StartupError when it doesn't.
 */
export async function learnNetwork(client: ServiceClient): Promise<RideableRoute[]> {
  const routes: RideableRoute[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: RoutePage = await client.get<RoutePage>(`/routes?status=active&limit=100${from}`);
    await inParallel(page.routes, async ({ route_id, route_type }) => {
      const path = `/trips/routes/${route_id}/stations`;
      const { stations } = await client.get<{ stations: readonly RideableStop[] }>(path);
      const stops = stations.map(({ station_id, is_active }) => ({ station_id, is_active }));
      routes.push({ route_id, route_type, stops });
    });
    cursor = page.next_cursor;
  }
  // Answers come in any order; plans depend on none.
  return routes.sort((a, b) => a.route_id - b.route_id);
}
