import type { Scope } from '../../platform/access/scopes';

/** What a search finds, in the order in which it is shown. */
export const SEARCH_KINDS = ['card', 'user', 'route', 'station', 'trip', 'recharge'] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

/** The scope that a caller needs to see results of a kind; null: everybody sees them. */
export const SCOPE_OF_KIND: Readonly<Record<SearchKind, Scope | null>> = {
  card: 'cards:read',
  user: 'users:find',
  route: null,
  station: null,
  trip: 'trips:read',
  recharge: 'recharges:read',
};

/** Whether a result of a kind says something about a person. */
export const IS_PERSONAL: Readonly<Record<SearchKind, boolean>> = {
  card: true,
  user: true,
  route: false,
  station: false,
  trip: true,
  recharge: true,
};
