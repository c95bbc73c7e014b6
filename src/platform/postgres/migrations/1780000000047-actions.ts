import { MigrationInterface, QueryRunner } from 'typeorm';

const isTime = (column: string): string =>
  `${column} BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'`;

/** Recharges that a validator loads onto the card at its next use. Each has the id of its recharge. */
export class Actions1780000000047 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE actions (
        action_id bigint CONSTRAINT actions_pkey PRIMARY KEY,
        card_id bigint NOT NULL CONSTRAINT actions_card_id_fkey REFERENCES cards,
        amount bigint NOT NULL CONSTRAINT actions_amount_check CHECK (amount BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}),
        status text NOT NULL DEFAULT 'pending'
          CONSTRAINT actions_status_check CHECK (status IN ('pending', 'collected', 'returned')),
        expires_at timestamptz NOT NULL CONSTRAINT actions_expires_at_check CHECK (${isTime('expires_at')}),
        ended_at timestamptz CONSTRAINT actions_ended_at_check CHECK (${isTime('ended_at')}),
        -- Of one that was collected: how much of it paid a debt, and what it left on the card.
        debt_paid bigint CONSTRAINT actions_debt_paid_check CHECK (debt_paid BETWEEN 0 AND amount),
        new_balance bigint CONSTRAINT actions_new_balance_check
          CHECK (new_balance BETWEEN -${Number.MAX_SAFE_INTEGER} AND ${Number.MAX_SAFE_INTEGER}),
        CONSTRAINT actions_end_check CHECK ((status = 'pending') = (ended_at IS NULL)),
        CONSTRAINT actions_collected_check CHECK (num_nonnulls(debt_paid, new_balance) = CASE status WHEN 'collected' THEN 2 ELSE 0 END)
      );
      CREATE INDEX actions_card_id_idx ON actions (card_id, action_id);
      CREATE INDEX actions_pending_idx ON actions (expires_at) WHERE status = 'pending';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE actions;');
  }
}
