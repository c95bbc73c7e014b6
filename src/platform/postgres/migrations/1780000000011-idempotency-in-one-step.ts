import { MigrationInterface, QueryRunner } from 'typeorm';

/** A key is taken and its answer looked for in one message. */
export class IdempotencyInOneStep1780000000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- Two statements: one that began before the first request committed would not see its answer. A volatile function
      -- sees in each of its statements what is committed by then.
      CREATE FUNCTION take_idempotency_key(
        key text, lock_seed bigint, kept_since timestamptz, OUT taken boolean, OUT fingerprint bytea, OUT body text
      ) LANGUAGE plpgsql VOLATILE AS $$
      BEGIN
        taken := pg_try_advisory_xact_lock(hashtextextended(key, lock_seed));
        SELECT stored.fingerprint, stored.body INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.created_at > kept_since;
      END $$;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION take_idempotency_key(text, bigint, timestamptz);');
  }
}
