import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { CardStatus } from './dto/card-answers.dto';

/** A transit card and its balance. */
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

  /** In whole units of the currency; below zero while the card owes. */
  @Column('bigint')
  balance!: number;

  /** The most that the card may owe. */
  @Column('bigint')
  credit_limit!: number;

  /** Boardings that ended below zero since the credit was last full, and when the last of them was. */
  @Column('smallint')
  credit_used!: number;

  @Column('timestamptz', { nullable: true })
  credit_used_at!: Date | null;

  /** The number of its postings. */
  @Column('bigint')
  version!: number;

  @Column('date')
  acquisition_date!: string;

  @Column('timestamptz', { nullable: true })
  last_used_date!: Date | null;

  @Column('timestamptz')
  updated_at!: Date;
}
