import { Column, Entity, PrimaryColumn } from 'typeorm';

export type PostingKind = 'opening' | 'recharge' | 'fare' | 'reversal' | 'adjustment';

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

  /** Sequence number of the posting on its card: 1, 2, 3, … without gaps. */
  @Column('bigint', { nullable: true })
  card_version!: number | null;

  /** The balance of the card after it. */
  @Column('bigint', { nullable: true })
  card_balance!: number | null;

  @Column('bigint', { nullable: true })
  recharge_id!: number | null;

  @Column('bigint', { nullable: true })
  trip_id!: number | null;

  @Column('timestamptz')
  posted_at!: Date;
}
