import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CardStatus } from './card-status';

/** A transit card and its balance. Its account in the ledger holds the rider's money. */
@Entity('cards')
export class Card {
  @PrimaryGeneratedColumn('identity', { type: 'bigint' })
  card_id!: number;

  @Column('bigint')
  account_id!: number;

  @Column('text')
  card_number!: string;

  /** Null for a basic card; with a user the card is personalised. */
  @Column('bigint', { nullable: true })
  user_id!: number | null;

  @Column('text')
  status!: CardStatus;

  /** In whole units of the currency. It is below zero while the card owes money. */
  @Column('bigint')
  balance!: number;

  /** The most that the card may owe, in whole units of the currency. */
  @Column('bigint')
  credit_limit!: number;

  /** What the card owes beside its balance, in whole units of the currency: fares that were ridden, and that it could not pay. */
  @Column('bigint')
  debt!: number;

  /** How many boardings have ended below zero since the credit was renewed. */
  @Column('smallint')
  credit_used!: number;

  /** When the last of those boardings was; null if the card never boarded on credit. */
  @Column('timestamptz', { nullable: true })
  credit_used_at!: Date | null;

  /** How many postings have changed the balance. */
  @Column('bigint')
  version!: number;

  @Column('date')
  acquisition_date!: string;

  @Column('timestamptz', { nullable: true })
  last_used_date!: Date | null;

  @Column('timestamptz')
  updated_at!: Date;
}
