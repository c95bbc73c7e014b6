import type { MigrationInterface, QueryRunner } from 'typeorm';

const lookUp = (settings: string, lookup: string): string => `
      -- Two statements: one that began before the first request committed would not see its answer. A volatile function
      -- sees in each of its statements what is committed by then.
      CREATE OR REPLACE FUNCTION take_idempotency_key(
        of_client text, key text, lock_seed bigint, kept_since timestamptz, OUT fingerprint bytea, OUT body text
      ) LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp ${settings} AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(key, hashtextextended(of_client, lock_seed))) THEN
          RAISE EXCEPTION 'the idempotency key is in use' USING ERRCODE = 'TR001';
        END IF;
        ${lookup}
      END $$;`;

/**
 * An idempotency key is looked up by its primary key, whatever the statistics say. A connection plans the lookup once. If the
 * table was empty then, it would read all of it each time, or all that the index of times has, until the table is analysed.
 */
export class KeyLookupsByIndex1780000000048 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      lookUp(
        'SET enable_seqscan = off',
        `SELECT stored.fingerprint, CASE WHEN stored.created_at > kept_since THEN stored.body END
        INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.client = of_client;`,
      ),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      lookUp(
        '',
        `SELECT stored.fingerprint, stored.body INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.client = of_client AND stored.created_at > kept_since;`,
      ),
    );
  }
}
