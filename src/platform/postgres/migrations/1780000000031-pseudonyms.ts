import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People who sign in are remembered by pseudonyms; an erasure finds the stored responses that have the reason of a reversal. */
export class Pseudonyms1780000000031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE pseudonym_key (
        -- One row.
        is_only boolean DEFAULT true CONSTRAINT pseudonym_key_pkey PRIMARY KEY
          CONSTRAINT pseudonym_key_is_only_check CHECK (is_only),
        key bytea NOT NULL CONSTRAINT pseudonym_key_check CHECK (length(key) = 32)
      );
      -- Three random UUIDs have 366 random bits.
      INSERT INTO pseudonym_key (key)
        VALUES (sha256(concat(gen_random_uuid(), gen_random_uuid(), gen_random_uuid())::bytea));

      DROP INDEX idempotency_keys_rider_idx;
      CREATE INDEX idempotency_keys_reversal_idx ON idempotency_keys ((body::jsonb ->> 'recharge_id'))
        WHERE body LIKE '%"reversed_at":%';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX idempotency_keys_reversal_idx;
      CREATE INDEX idempotency_keys_rider_idx ON idempotency_keys ((body::jsonb ->> 'user_id'))
        WHERE body LIKE '%"first_name":%';
      DROP TABLE pseudonym_key;
    `);
  }
}
