import { call } from '../../api/call';
import type { ListedRoute, RouteStation } from '../../api/schema';

const PAGE = 100;

/** All routes that are in service, by their codes. */
export async function activeRoutes(): Promise<ListedRoute[]> {
  const routes: ListedRoute[] = [];
  let cursor: string | undefined;
  do {
    const page = await call('GET /routes', { query: { limit: PAGE, ...(cursor && { cursor }) } });
    routes.push(...page.routes.filter(({ status }) => status === 'active'));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return routes.sort((one, other) =>
    one.route_code.localeCompare(other.route_code, undefined, { numeric: true }),
  );
}

/** The stations in service where one can board a route, in the order of travel. */
export async function stopsOf(routeId: number): Promise<RouteStation[]> {
  const { stations } = await call('GET /trips/routes/{route_id}/stations', { path: { route_id: routeId } });
  return stations.filter(({ is_active }) => is_active);
}
