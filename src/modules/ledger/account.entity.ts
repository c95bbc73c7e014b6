import { Column, Entity, PrimaryColumn } from 'typeorm';

export const ACCOUNT_KINDS = [
  'card',
  'cash',
  'fare_revenue',
  'opening',
  'adjustment',
  'debt',
  'pending_load',
] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];
/** Of the account on the other side of a card's. */
export type CounterAccountKind = Exclude<AccountKind, 'card'>;

/**
 * An account of the ledger. Each posting debits one account and credits another. A card's account is a liability: the
 * operator owes this money to the rider. So is `pending_load`, money of recharges that no validator has loaded yet. A card's
 * `debt` is an asset: what the rider owes beside the balance.
 */
@Entity('accounts')
export class Account {
  @PrimaryColumn('bigint')
  account_id!: number;

  @Column('text')
  kind!: AccountKind;

  /** The recharge channel that took the money; null unless the account is a cash account. */
  @Column('text', { nullable: true })
  channel!: string | null;

  /**
   * The concessionaire that earned the fares; null for routes without a concessionaire, and for other kinds of account.
   */
  @Column('bigint', { nullable: true })
  concessionaire_id!: number | null;
}
