import { MigrationInterface, QueryRunner } from 'typeorm';
import { IdempotencyInOneStep1780000000011 } from './1780000000011-idempotency-in-one-step';

/** A key in use is an error: what was sent behind it is refused with it, and waits for none of the first one's locks. */
export class IdempotencyKeysInUse1780000000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION take_idempotency_key(text, bigint, timestamptz);

      -- Two statements: one that began before the first request committed would not see its answer. A volatile function
      -- sees in each of its statements what is committed by then.
      CREATE FUNCTION take_idempotency_key(
        key text, lock_seed bigint, kept_since timestamptz, OUT fingerprint bytea, OUT body text
      ) LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(key, lock_seed)) THEN
          RAISE EXCEPTION 'the idempotency key is in use' USING ERRCODE = 'TR001';
        END IF;
        SELECT stored.fingerprint, stored.body INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.created_at > kept_since;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION take_idempotency_key(text, bigint, timestamptz);');
    await new IdempotencyInOneStep1780000000011().up(queryRunner);
  }
}
