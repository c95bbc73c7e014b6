import type { Pool, PoolClient } from 'pg';
import type { PlainCache } from './plain-cache';
import { reach } from './reach';
import type { Variant } from './variant';

/** What a ride costs, in whole pesos. */
export const PLAIN_FARE = 3_000;

export const SCHEMA = `
  CREATE TABLE cards (card_id bigserial PRIMARY KEY, balance bigint NOT NULL DEFAULT 0);
  CREATE TABLE recharges (recharge_id bigserial PRIMARY KEY, card_id bigint NOT NULL REFERENCES cards, amount bigint NOT NULL);
  CREATE TABLE trips (trip_id bigserial PRIMARY KEY, card_id bigint NOT NULL REFERENCES cards, fare_amount bigint NOT NULL,
                      route_id bigint, boarded_at timestamptz NOT NULL DEFAULT now());
  CREATE INDEX ON recharges (card_id);
  CREATE INDEX ON trips (card_id)`;

/** So long after a ride the next one on another route is free, in minutes. */
const TRANSFER_MINUTES = 125;

const HISTORY_LENGTH = 20;

/** A request that is refused. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * A city as most services are written: it commits and then deletes, checks without a lock, and does not know a request that
 * it has already done. It is a toy, and it is wrong on purpose.
 */
export class PlainCity {
  constructor(
    private readonly pool: Pool,
    private readonly cache: PlainCache,
  ) {}

  balance(card: number, variant: Variant): Promise<{ text: string; isHit: boolean }> {
    return this.cache.read(balanceKey(card), variant, async () => ({
      card_id: card,
      balance: await this.balanceOf(card),
    }));
  }

  history(card: number, variant: Variant): Promise<{ text: string; isHit: boolean }> {
    return this.cache.read(historyKey(card), variant, async () => {
      const { rows } = await this.pool.query<{ recharge_id: string; amount: string }>(
        'SELECT recharge_id, amount FROM recharges WHERE card_id = $1 ORDER BY recharge_id DESC LIMIT $2',
        [card, HISTORY_LENGTH],
      );
      const numbers = rows.map(({ recharge_id, amount }) => ({
        recharge_id: Number(recharge_id),
        amount: Number(amount),
      }));
      return { card_id: card, history: numbers };
    });
  }

  async createCard(): Promise<{ card_id: number }> {
    return {
      card_id: await numberFrom(this.pool, 'INSERT INTO cards DEFAULT VALUES RETURNING card_id AS number'),
    };
  }

  async recharge(card: number, amount: number, variant: Variant): Promise<object> {
    let recharge_id = 0;
    let new_balance = 0;
    await this.write(card, variant, async (client) => {
      recharge_id = await numberFrom(
        client,
        'INSERT INTO recharges (card_id, amount) VALUES ($1, $2) RETURNING recharge_id AS number',
        [card, amount],
      );
      new_balance = await numberFrom(
        client,
        'UPDATE cards SET balance = balance + $2 WHERE card_id = $1 RETURNING balance AS number',
        [card, amount],
      );
    });
    return { recharge_id, card_id: card, amount, new_balance };
  }

  async ride(card: number, variant: Variant): Promise<object> {
    if ((await this.balanceOf(card)) < PLAIN_FARE) throw new Refusal(402, 'Insufficient balance');
    await reach('after check', balanceKey(card));
    let trip_id = 0;
    await this.write(card, variant, async (client) => {
      trip_id = await numberFrom(
        client,
        'INSERT INTO trips (card_id, fare_amount) VALUES ($1, $2) RETURNING trip_id AS number',
        [card, PLAIN_FARE],
      );
      await client.query('UPDATE cards SET balance = balance - $2 WHERE card_id = $1', [card, PLAIN_FARE]);
    });
    return { trip_id, card_id: card, fare_amount: PLAIN_FARE };
  }

  /** What a validator reports later. It is charged as if the rider boarded now, and it does not know what it has charged already. */
  async tap(card: number, route: number, variant: Variant): Promise<object> {
    const { rowCount } = await this.pool.query(
      `SELECT FROM trips WHERE card_id = $1 AND route_id <> $2 AND fare_amount > 0
         AND boarded_at > now() - make_interval(mins => $3)`,
      [card, route, TRANSFER_MINUTES],
    );
    const fare_amount = rowCount === 0 ? PLAIN_FARE : 0;
    if ((await this.balanceOf(card)) < fare_amount) throw new Refusal(402, 'Insufficient balance');
    let trip_id = 0;
    await this.write(card, variant, async (client) => {
      trip_id = await numberFrom(
        client,
        'INSERT INTO trips (card_id, fare_amount, route_id) VALUES ($1, $2, $3) RETURNING trip_id AS number',
        [card, fare_amount, route],
      );
      await client.query('UPDATE cards SET balance = balance - $2 WHERE card_id = $1', [card, fare_amount]);
    });
    return { trip_id, card_id: card, fare_amount };
  }

  /** The pattern of a write: change, COMMIT, DEL. */
  private async write(
    card: number,
    variant: Variant,
    change: (client: PoolClient) => Promise<void>,
  ): Promise<void> {
    const keys = [balanceKey(card), historyKey(card)];
    await this.inTransaction(async (client) => {
      await change(client);
      await reach('after change', balanceKey(card));
      if (variant.evicts !== 'before') return;
      await this.cache.delete(keys, variant);
      await reach('after delete', balanceKey(card));
    });
    await reach('after commit', balanceKey(card));
    if (variant.evicts === 'after') await this.cache.delete(keys, variant);
  }

  private async inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await work(client);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private async balanceOf(card: number): Promise<number> {
    return numberFrom(this.pool, 'SELECT balance AS number FROM cards WHERE card_id = $1', [card]);
  }
}

export function balanceKey(card: number): string {
  return `card:${card}:balance`;
}

function historyKey(card: number): string {
  return `card:${card}:history`;
}

/** The one number that a statement returns. */
async function numberFrom(
  at: Pool | PoolClient,
  sql: string,
  values: readonly number[] = [],
): Promise<number> {
  const { rows } = await at.query<{ number: string }>(sql, [...values]);
  const [row] = rows;
  if (!row) throw new Refusal(404, 'Not Found');
  return Number(row.number);
}
