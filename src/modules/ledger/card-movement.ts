import type { PostingKind } from './posting.entity';

/** The account on the other side of a card's. */
export type CounterAccount =
  | { readonly kind: 'cash'; readonly channel: string }
  | { readonly kind: 'fare_revenue'; readonly concessionaire_id: number | null }
  /** What this card owes beside its balance. */
  | { readonly kind: 'debt' }
  /** Money of recharges that waits until a validator loads it. */
  | { readonly kind: 'pending_load' };

/** A movement between a card and a counter account. */
export interface CardMovement {
  readonly kind: Exclude<PostingKind, 'opening' | 'adjustment'>;
  readonly card_id: number;
  /** In whole units: above zero credits the card, below zero debits it. */
  readonly change: number;
  readonly counter: CounterAccount;
  readonly recharge_id?: number;
  readonly trip_id?: number;
  readonly at: Date;
  /** When the card was used, if that was at another time; only of a fare. */
  readonly used_at?: Date;
}

/** What a card has, what it may owe by its balance, and what it owes beside it; in whole units of the currency. */
export interface CardFunds {
  readonly card_id: number;
  /** Never below `-credit_limit`. */
  readonly balance: number;
  readonly credit_limit: number;
  readonly debt: number;
}
