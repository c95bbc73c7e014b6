import type { Client } from 'pg';
import type { OpenApi } from './api-document';

/** Something of each kind that is in the database, by the name of a parameter in a path. */
const VALUES = `
  SELECT (SELECT min(card_id) FROM trips) AS card_id, (SELECT min(user_id) FROM users) AS user_id,
         (SELECT min(trip_id) FROM trips) AS trip_id, (SELECT min(boarding_station_id) FROM trips) AS station_id,
         (SELECT min(route_id) FROM trips) AS route_id, (SELECT min(station_code) FROM stations) AS station_code,
         (SELECT min(route_code) FROM routes) AS route_code`;

/**
 * The names of all members of each cached response, as a service answers it now: the responses that it cached before, it must have
 * forgotten.
 *
 * @param paths of the document that describes them all.
 */
export async function cachedMembersOf(
  { url }: { readonly url: string },
  paths: readonly string[],
  client: Client,
): Promise<Record<string, readonly string[]>> {
  const { rows } = await client.query<Record<string, string>>(VALUES);
  const answers = paths.map(async (path) => {
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const code = path.startsWith('/station') ? 'station_code' : 'route_code';
      return encodeURIComponent(rows[0]?.[name === 'code' ? code : name] ?? '');
    });
    const response = await fetch(url + filled);
    const body: unknown = await response.json();
    if (response.status !== 200) throw new Error(`${filled} was answered with ${response.status}`);
    return [path, [...new Set(membersOf(body))].sort()] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}

/** The paths that a service caches, with their parameters. */
export async function cachedPathsOf({ url }: { readonly url: string }): Promise<string[]> {
  const response = await fetch(`${url}/openapi.json`);
  const { paths } = (await response.json()) as OpenApi;
  return Object.keys(paths).filter((path) => paths[path]?.get?.['x-cached-as'] !== undefined);
}

function membersOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(item, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${at}.${name}`,
    ...membersOf(inner, `${at}.${name}`),
  ]);
}
