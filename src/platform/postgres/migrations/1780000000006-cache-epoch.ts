import { MigrationInterface, QueryRunner } from 'typeorm';

/** Under which epoch answers are cached, and which instances forbid it. */
export class CacheEpoch1780000000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SEQUENCE cache_epochs;

      CREATE TABLE cache_epoch (
        -- One row.
        is_only boolean DEFAULT true CONSTRAINT cache_epoch_pkey PRIMARY KEY
          CONSTRAINT cache_epoch_is_only_check CHECK (is_only),
        epoch bigint NOT NULL,
        state text NOT NULL CONSTRAINT cache_epoch_state_check CHECK (state IN ('on', 'off')),
        redis_run_id text NOT NULL,
        changed_at timestamptz NOT NULL
      );
      INSERT INTO cache_epoch (epoch, state, redis_run_id, changed_at)
      VALUES (nextval('cache_epochs'), 'off', '', clock_timestamp());

      CREATE TABLE cache_fences (
        instance uuid CONSTRAINT cache_fences_pkey PRIMARY KEY,
        renewed_at timestamptz NOT NULL
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE cache_fences, cache_epoch; DROP SEQUENCE cache_epochs;');
  }
}
