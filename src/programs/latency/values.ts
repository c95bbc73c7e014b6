import type { KeyHeaders } from '../service-traffic/key-option';

/** Ids and codes by the names of their members. */
export type Values = Readonly<Record<string, string>>;

const WANTED = [
  'station_id',
  'station_code',
  'route_id',
  'route_code',
  'user_id',
  'card_id',
  'recharge_id',
  'trip_id',
  'on',
];

/** Lists that name what the service has; one that needs an id comes after one that names it. */
const LISTS = [
  '/stations?limit=1',
  '/routes?limit=1',
  '/fares',
  '/users/latest',
  '/users/{user_id}/cards',
  '/cards/{card_id}/history',
  '/trips/card/{card_id}',
];

/** The first ids and codes in the lists of a service; what none of them names is missing. */
export async function learnValues(url: string, headers: KeyHeaders): Promise<Values> {
  const values: Record<string, string> = {};
  for (const list of LISTS) {
    const path = list.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const answer = await fetch(url + path, { headers });
    const body: unknown = answer.ok && answer.status !== 204 ? await answer.json() : null;
    for (const [name, value] of membersOf(body)) {
      if (WANTED.includes(name) && (typeof value === 'number' || typeof value === 'string'))
        values[name] ??= String(value);
    }
  }
  return values;
}

/** The members of a JSON value and of all that is in it. */
function membersOf(value: unknown): [name: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [name, member] as [string, unknown],
    ...membersOf(member),
  ]);
}
