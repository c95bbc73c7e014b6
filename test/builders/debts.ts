import type { Client } from 'pg';
import type { CardFunds } from '../../src/modules/ledger/card-movement';
import { charge } from '../../src/modules/ledger/debt';
import { POST_ALL, valuesOfAll } from '../../src/modules/ledger/post-movements';

interface Ride {
  readonly trip_id: number;
  readonly fare_amount: number;
  readonly boarding_time: Date;
}

/**
 * A ride that is like another one, with a card that could not pay it: it is charged all the same, as one that a validator tells of
 * later.
 *
 * @param like a trip of another card, that was charged its fare and is over.
 */
export async function aRideWithoutMoney(client: Client, card_id: number, like: number): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  const [funds] = (
    await client.query<CardFunds>(
      'SELECT card_id, balance, credit_limit, debt FROM cards WHERE card_id = $1 FOR NO KEY UPDATE',
      [card_id],
    )
  ).rows;
  const [ride] = (
    await client.query<Ride>(
      `INSERT INTO trips
       SELECT (jsonb_populate_record(trip, jsonb_build_object(
         'trip_id', id, 'anchor_trip_id', id, 'card_id', $2::bigint, 'boarding_time', at, 'disembarking_time', at))).*
       FROM trips trip, (SELECT nextval('trips_trip_id_seq') AS id, date_trunc('milliseconds', now()) AS at) drawn WHERE trip_id = $1
       RETURNING trip_id, fare_amount, boarding_time`,
      [like, card_id],
    )
  ).rows;
  const [revenue] = (
    await client.query<{ counter_id: number }>(
      `SELECT credit_account_id AS counter_id FROM postings WHERE kind = 'fare' AND trip_id = $1`,
      [like],
    )
  ).rows;
  if (!funds || !ride || !revenue) throw new Error('the card is missing, or the ride that it is like');
  const { trip_id, fare_amount, boarding_time: at } = ride;
  const counter = { kind: 'fare_revenue', concessionaire_id: null } as const;
  const settled = charge(funds, { kind: 'fare', card_id, change: -fare_amount, counter, trip_id, at });
  const accounted = settled.movements.map((movement) => ({
    ...movement,
    counter_id: movement.kind === 'debt' ? null : revenue.counter_id,
  }));
  await client.query(POST_ALL, [...valuesOfAll([funds], accounted)]);
  await client.query('UPDATE trips SET new_balance = $2 WHERE trip_id = $1', [trip_id, settled.balance]);
  await client.query('COMMIT');
}
