import type { Cards, LoadResult } from '../load/job';
import { query } from './query';

/** The cards of a database, one after the other over several turns. */
export class CardOrder {
  private taken: number;

  constructor(
    readonly first: number,
    readonly count: number,
  ) {
    // Somewhere else in each run: a run that was broken off left cards on trips.
    this.taken = Math.floor(Math.random() * count);
  }

  next(): Cards {
    return { first: this.first, count: this.count, taken: this.taken };
  }

  /** Goes on behind those that a turn has sent. */
  take(result: LoadResult): LoadResult {
    this.taken += result.sent;
    return result;
  }
}

export async function cardsOf(url: string): Promise<CardOrder> {
  const [cards] = await query<{ first: number; count: number }>(
    url,
    'SELECT min(card_id)::int AS first, count(*)::int AS count FROM cards',
  );
  if (!cards || cards.count === 0) throw new Error('the database has no cards');
  return new CardOrder(cards.first, cards.count);
}
