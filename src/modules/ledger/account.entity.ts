import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ACCOUNT_KINDS = ['card', 'cash', 'fare_revenue', 'opening', 'adjustment'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
/** Of the account on the other side of a card's. */
export type CounterAccountKind = Exclude<AccountKind, 'card'>;

/** One side of a posting. A card's account is a liability: what the operator owes its rider. */
@Entity('accounts')
export class Account {
  @PrimaryColumn('bigint')
  account_id!: number;

  @Column('text')
  kind!: AccountKind;

  /** Of a cash account: the recharge channel that took the money. */
  @Column('text', { nullable: true })
  channel!: string | null;

  /** Of a fare revenue account: who earned it; null for routes without a concessionaire. */
  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;
}
