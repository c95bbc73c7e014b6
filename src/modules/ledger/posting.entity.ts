import { Column, Entity, PrimaryColumn } from 'typeorm';

export const POSTING_KINDS = [
  'opening',
  'recharge',
  'fare',
  'reversal',
  'adjustment',
  'payout',
  'debt',
  'debt_payment',
  'load',
  'fare_adjustment',
] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/** One movement of money from one account to another. A posting is never changed and never deleted. */
@Entity('postings')
export class Posting {
  @PrimaryColumn('bigint')
  posting_id!: number;

  @Column('text')
  kind!: PostingKind;

  @Column('bigint')
  debit_account_id!: number;

  @Column('bigint')
  credit_account_id!: number;

  /** In whole units of the currency, above zero. */
  @Column('bigint')
  amount!: number;

  /** The card whose balance it changed; null if it changed no card's balance. */
  @Column('bigint', { nullable: true })
  card_id!: number | null;

  /** The sequence number of the posting on its card: 1, 2, 3, … without gaps. */
  @Column('bigint', { nullable: true })
  card_version!: number | null;

  /** The card's balance right after it, in whole units of the currency. */
  @Column('bigint', { nullable: true })
  card_balance!: number | null;

  @Column('bigint', { nullable: true })
  recharge_id!: number | null;

  @Column('bigint', { nullable: true })
  trip_id!: number | null;

  @Column('timestamptz')
  posted_at!: Date;
}
