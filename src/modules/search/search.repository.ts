import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { hasWords, nameContains } from '../../common/search/name-search';
import type { CardResponse } from '../cards/dto/card-responses.dto';
import type { RechargeDetails } from '../recharges/dto/recharge-responses.dto';
import { activationOf } from '../recharges/recharges.repository';
import type { ListedRoute } from '../routes/dto/route-responses.dto';
import type { StationResponse } from '../stations/dto/station-responses.dto';
import type { ListedUser } from '../users/dto/user-responses.dto';
import type { FoundTrip } from './dto/search.dto';
import type { SearchKind } from './search-kind';
import type { Sought } from './sought';

/** What was found, by its kind. */
export type Found = { readonly is_exact: boolean } & (
  | { readonly kind: 'card'; readonly card: CardResponse }
  | { readonly kind: 'user'; readonly user: ListedUser }
  | { readonly kind: 'route'; readonly route: ListedRoute }
  | { readonly kind: 'station'; readonly station: StationResponse }
  | { readonly kind: 'trip'; readonly trip: FoundTrip }
  | { readonly kind: 'recharge'; readonly recharge: RechargeDetails }
);

type Exact<Row> = Row & { readonly is_exact: boolean };

const FULL_NAME = `first_name || ' ' || last_name`;
/** The words as whole words, not as the beginnings of words. */
const WHOLE_WORDS = `replace(name_query($2)::text, ':*', '')::tsquery`;

/** First the ids: each part has a plan of its own, with the index that it needs, and a limit. */
const CARDS = `
  WITH found AS (
    SELECT card_id, true AS is_exact FROM cards WHERE card_number IN ($1, $2) OR card_id = $3
    UNION ALL (
      SELECT card_id, false FROM cards WHERE card_number ~>=~ $2 AND card_number ~<~ $4
      ORDER BY card_number USING ~<~ LIMIT $5))
  SELECT card_id, card_number, user_id, status, balance, debt, acquisition_date, is_exact
  FROM (SELECT card_id, bool_or(is_exact) AS is_exact FROM found GROUP BY card_id) found JOIN cards USING (card_id)
  ORDER BY is_exact DESC, card_number COLLATE "C" LIMIT $5`;

const USERS = `
  WITH found AS (
    SELECT user_id, 0 AS place FROM users WHERE user_id = $1
    UNION ALL SELECT user_id, 0 FROM users WHERE search_text(id_number) = search_text($2)
    UNION ALL (
      SELECT user_id, 1 FROM users
      WHERE search_text(id_number) ~>=~ search_text($2) AND search_text(id_number) ~<~ $3
      ORDER BY search_text(id_number) USING ~<~ LIMIT $5)
    UNION ALL (
      SELECT user_id, 2 FROM (${named(`name_words(${FULL_NAME}) @@ ${WHOLE_WORDS}`)}) named ORDER BY user_id DESC LIMIT $5)
    UNION ALL (
      SELECT user_id, 3 FROM (${named(hasWords(FULL_NAME, '$2'))}) named ORDER BY user_id DESC LIMIT $5))
  SELECT user_id, first_name, last_name, id_number, registration_date, erased_at,
         place = 0 OR coalesce(search_text(${FULL_NAME}) = search_text($2), false) AS is_exact
  FROM (SELECT user_id, min(place) AS place FROM found GROUP BY user_id) found JOIN users USING (user_id)
  ORDER BY is_exact DESC, place, user_id DESC LIMIT $5`;

const TRIP = `
  SELECT trip_id, card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, true AS is_exact,
         (SELECT route_code FROM routes WHERE routes.route_id = trips.route_id) AS route_code,
         (SELECT name FROM stations WHERE station_id = boarding_station_id) AS boarding_station_name
  FROM trips WHERE trip_id = $1`;

const RECHARGE = `
  SELECT recharge.recharge_id, card_id, amount, ${activationOf('recharge')}, debt_paid, new_balance, recharge_timestamp,
         recharge_point_id, channel, transaction_id, reversal.reversed_at, true AS is_exact
  FROM recharges recharge LEFT JOIN recharge_reversals reversal USING (recharge_id)
  WHERE recharge.recharge_id = $1`;

const STATIONS = `
  ${foundInNetwork('stations', 'station_id', 'station_code', 'name')}
  SELECT station_id, station.name, station_code, station_type, location.name AS locality,
         CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status, ${isExact('station_code', 'station.name')}
  FROM stations station LEFT JOIN locations location USING (location_id)
  WHERE station_id IN (SELECT station_id FROM found)
  ORDER BY is_exact DESC, is_active DESC, lower(station.name), station_id LIMIT $3`;

const ROUTES = `
  ${foundInNetwork('routes', 'route_id', 'route_code', 'route_name')}
  SELECT route_id, route_code, route_name, route_type, concessionaire_id,
         CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status, ${isExact('route_code', 'route_name')}
  FROM routes WHERE route_id IN (SELECT route_id FROM found)
  ORDER BY is_exact DESC, is_active DESC, lower(route_name), route_id LIMIT $3`;

/**
 * Riders by their name. The order is applied outside: otherwise PostgreSQL would look through all riders in that order, which is
 * slow where few have such a name. If more than the limit have it, the text says too little to care which of them are shown.
 */
function named(hasName: string): string {
  return `SELECT user_id FROM users WHERE $4::boolean AND ${hasName} LIMIT 5000`;
}

/** The network is small: all whose code begins with the text, or whose name contains it. */
function foundInNetwork(table: string, id: string, code: string, name: string): string {
  return `WITH found AS (
    SELECT ${id} FROM ${table} WHERE starts_with(lower(${code}), lower($1))
    UNION SELECT ${id} FROM ${table} WHERE $2::boolean AND ${nameContains(name, '$1')})`;
}

function isExact(code: string, name: string): string {
  return `search_text($1) IN (search_text(${code}), search_text(${name})) AS is_exact`;
}

/** Searches each kind of thing with its own indexes. Each statement reads a bounded number of rows. */
@Injectable()
export class SearchRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Finds things of one kind, exact ones first. */
  async find(kind: SearchKind, sought: Sought, limit: number): Promise<Found[]> {
    const { text, id, number, afterNumber, afterText, isName } = sought;
    switch (kind) {
      case 'card':
        return (
          await this.query<Exact<CardResponse>>(CARDS, [text, number, id, afterNumber ?? number, limit])
        ).map(({ is_exact, ...card }) => ({ kind, is_exact, card }));
      case 'user':
        return (await this.query<Exact<ListedUser>>(USERS, [id, text, afterText, isName, limit])).map(
          ({ is_exact, ...user }) => ({ kind, is_exact, user }),
        );
      case 'route':
        return (await this.query<Exact<ListedRoute>>(ROUTES, [text, isName, limit])).map(
          ({ is_exact, ...route }) => ({ kind, is_exact, route }),
        );
      case 'station':
        return (await this.query<Exact<StationResponse>>(STATIONS, [text, isName, limit])).map(
          ({ is_exact, ...station }) => ({ kind, is_exact, station }),
        );
      case 'trip':
        if (id === null) return [];
        return (await this.query<Exact<FoundTrip>>(TRIP, [id])).map(({ is_exact, ...trip }) => ({
          kind,
          is_exact,
          trip,
        }));
      case 'recharge':
        if (id === null) return [];
        return (await this.query<Exact<RechargeDetails>>(RECHARGE, [id])).map(
          ({ is_exact, ...recharge }) => ({
            kind,
            is_exact,
            recharge,
          }),
        );
    }
  }

  private query<Row>(statement: string, values: unknown[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(statement, values);
  }
}
