import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Money that was paid onto a card. The row never changes; only a reversal undoes it. */
@Entity('recharges')
export class Recharge {
  @PrimaryColumn('bigint')
  recharge_id!: number;

  @Column('bigint')
  card_id!: number;

  @Column('bigint', { nullable: true })
  recharge_point_id!: number | null;

  @Column('text')
  channel!: string;

  /** In whole units of the currency. */
  @Column('bigint')
  amount!: number;

  /** The card's balance right after it, in whole units of the currency; null if it was imported. */
  @Column('bigint', { nullable: true })
  new_balance!: number | null;

  /** How much of the amount paid what the card owed beside its balance, in whole units of the currency. */
  @Column('bigint')
  debt_paid!: number;

  @Column('text', { nullable: true })
  transaction_id!: string | null;

  @Column('timestamptz')
  recharge_timestamp!: Date;
}
