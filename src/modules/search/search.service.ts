import { Injectable } from '@nestjs/common';
import type { Caller } from '../../platform/access/caller';
import type { SearchQuery, SearchResult, SearchResults } from './dto/search.dto';
import { type Found, SearchRepository } from './search.repository';
import { SCOPE_OF_KIND, SEARCH_KINDS, type SearchKind } from './search-kind';
import { soughtBy } from './sought';

/** What is exact comes first, the number of a card before all, since it is what a person at a desk has in the hand. */
const RANKS = ['exact number', 'exact card', 'exact', 'other'] as const;
type Rank = (typeof RANKS)[number];

@Injectable()
export class SearchService {
  constructor(private readonly repository: SearchRepository) {}

  /** Finds what the caller may read, kind by kind. */
  async find({ q, kind, limit }: SearchQuery, { scopes }: Caller): Promise<SearchResults> {
    const mayRead = (each: SearchKind): boolean => {
      const scope = SCOPE_OF_KIND[each];
      return scope === null || scopes === null || scopes.has(scope);
    };
    const kinds = SEARCH_KINDS.filter((each) => (kind === undefined || each === kind) && mayRead(each));
    const sought = soughtBy(q);
    const found: SearchResult[] = [];
    // One after the other: a search takes no more than one connection of the pool.
    for (const each of kinds)
      found.push(...(await this.repository.find(each, sought, limit)).map((thing) => toResult(thing)));
    const ranks = new Map(found.map((result) => [result, RANKS.indexOf(rankOf(result, sought.number))]));
    const order = (result: SearchResult): number => ranks.get(result) ?? RANKS.length;
    return { results: found.sort((one, other) => order(one) - order(other)) };
  }
}

function rankOf({ card, is_exact }: SearchResult, number: string): Rank {
  if (!is_exact) return 'other';
  if (!card) return 'exact';
  return card.card_number === number ? 'exact number' : 'exact card';
}

const NOTHING = { card: null, user: null, route: null, station: null, trip: null, recharge: null };

function toResult(found: Found): SearchResult {
  const { is_exact, kind } = found;
  switch (kind) {
    case 'card':
      return {
        kind,
        id: found.card.card_id,
        label: found.card.card_number,
        is_exact,
        ...NOTHING,
        card: found.card,
      };
    case 'user':
      return {
        kind,
        id: found.user.user_id,
        label: nameOf(found.user),
        is_exact,
        ...NOTHING,
        user: found.user,
      };
    case 'route': {
      const { route_id, route_code, route_name } = found.route;
      const label = `${route_code} ${route_name}`;
      return { kind, id: route_id, label, is_exact, ...NOTHING, route: found.route };
    }
    case 'station': {
      const { station_id, station_code, name } = found.station;
      const label = `${station_code} ${name}`;
      return { kind, id: station_id, label, is_exact, ...NOTHING, station: found.station };
    }
    case 'trip': {
      const { trip_id } = found.trip;
      return { kind, id: trip_id, label: String(trip_id), is_exact, ...NOTHING, trip: found.trip };
    }
    case 'recharge': {
      const { recharge_id } = found.recharge;
      return {
        kind,
        id: recharge_id,
        label: String(recharge_id),
        is_exact,
        ...NOTHING,
        recharge: found.recharge,
      };
    }
  }
}

/** A rider who was erased has no name. */
function nameOf({ user_id, first_name, last_name }: Extract<Found, { kind: 'user' }>['user']): string {
  return [first_name, last_name].filter(Boolean).join(' ') || String(user_id);
}
