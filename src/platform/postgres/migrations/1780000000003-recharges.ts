import { MigrationInterface, QueryRunner } from 'typeorm';

/** Recharges, what undoes them, and what makes a retry harmless. */
export class Recharges1780000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SEQUENCE recharges_recharge_id_seq;
      CREATE TABLE recharges (
        recharge_id bigint NOT NULL DEFAULT nextval('recharges_recharge_id_seq'),
        card_id bigint NOT NULL CONSTRAINT recharges_card_id_fkey REFERENCES cards,
        recharge_point_id bigint CONSTRAINT recharges_recharge_point_id_fkey REFERENCES recharge_points,
        channel text NOT NULL CONSTRAINT recharges_channel_fkey REFERENCES accounts (channel),
        amount bigint NOT NULL CONSTRAINT recharges_amount_check CHECK (amount > 0),
        -- The card's balance right after it; unknown for an imported past.
        new_balance bigint,
        transaction_id text,
        recharge_timestamp timestamptz NOT NULL,
        CONSTRAINT recharges_pkey PRIMARY KEY (recharge_id)
      ) PARTITION BY RANGE (recharge_id);
      ALTER SEQUENCE recharges_recharge_id_seq OWNED BY recharges.recharge_id;
      CREATE INDEX recharges_card_id_recharge_id_idx ON recharges (card_id, recharge_id);
      SELECT create_partitions_through('recharges', 10000000);

      -- Unique for ever, which a partitioned table cannot promise.
      CREATE TABLE recharge_transactions (
        transaction_id text CONSTRAINT recharge_transactions_pkey PRIMARY KEY,
        recharge_id bigint NOT NULL
      );

      CREATE TABLE recharge_reversals (
        recharge_id bigint CONSTRAINT recharge_reversals_pkey PRIMARY KEY,
        posting_id bigint NOT NULL,
        reason text NOT NULL,
        reversed_at timestamptz NOT NULL
      );

      CREATE TABLE idempotency_keys (
        idempotency_key text CONSTRAINT idempotency_keys_pkey PRIMARY KEY,
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        body text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE idempotency_keys, recharge_reversals, recharge_transactions, recharges;',
    );
  }
}
