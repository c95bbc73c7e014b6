import { Column, Entity, PrimaryColumn } from 'typeorm';

export const POSTING_KINDS = ['opening', 'recharge', 'fare', 'reversal', 'adjustment'] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/** One movement of money, from one account to another; never changed, never deleted. */
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

  /** The card that it moved; null when it moved none. */
  @Column('bigint', { nullable: true })
  card_id!: number | null;

  /** The how manieth posting of the card it is, without a gap. */
  @Column('bigint', { nullable: true })
  card_version!: number | null;

  /** The balance that it left behind. */
  @Column('bigint', { nullable: true })
  card_balance!: number | null;

  @Column('bigint', { nullable: true })
  recharge_id!: number | null;

  @Column('bigint', { nullable: true })
  trip_id!: number | null;

  @Column('timestamptz')
  posted_at!: Date;
}
