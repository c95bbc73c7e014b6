import { MigrationInterface, QueryRunner } from 'typeorm';

/** The columns of a rider that say something about the person. Those of a rider who was erased are empty. */
const PERSONAL = `first_name, last_name, email, id_number, contact_number, gender, date_of_birth, residential_address,
  city_of_birth`;

const KINDS = `'opening', 'recharge', 'fare', 'reversal', 'adjustment'`;

/**
 * What was said about a person can be forgotten: the rider's row stays under its number, and the books with it. The
 * balance of a card can be paid out for that.
 *
 * Without a transaction around it: that the new kind of posting is allowed is said in an instant, and that all postings
 * are of a known kind is found out while everybody writes. It may begin anew where it was interrupted.
 */
export class Erasure1780000000026 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE users
        ADD COLUMN IF NOT EXISTS erased_at timestamptz,
        ALTER COLUMN first_name DROP NOT NULL,
        ALTER COLUMN last_name DROP NOT NULL,
        DROP CONSTRAINT IF EXISTS users_erased_at_check,
        ADD CONSTRAINT users_erased_at_check
          CHECK (erased_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        DROP CONSTRAINT IF EXISTS users_erased_check,
        ADD CONSTRAINT users_erased_check CHECK (CASE WHEN erased_at IS NULL
          THEN num_nulls(first_name, last_name) = 0
          ELSE num_nonnulls(${PERSONAL}) = 0 AND rider_category = 'standard' END) NOT VALID;
    `);
    await queryRunner.query('ALTER TABLE users VALIDATE CONSTRAINT users_erased_check');
    await allowKinds(queryRunner, `${KINDS}, 'payout'`);
    await queryRunner.query(`
      -- Whoever gets a card or a key waits for an erasure of that rider that is under way, and is refused after it.
      CREATE OR REPLACE FUNCTION refuse_erased_rider() RETURNS trigger LANGUAGE plpgsql
      SET search_path = public, pg_temp AS $$
      DECLARE
        erased timestamptz;
      BEGIN
        SELECT erased_at INTO erased FROM users WHERE user_id = NEW.user_id FOR KEY SHARE;
        IF erased IS NOT NULL THEN
          RAISE EXCEPTION 'rider % was erased', NEW.user_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_erased';
        END IF;
        RETURN NEW;
      END $$;
      DROP TRIGGER IF EXISTS cards_refuse_erased_rider ON cards;
      CREATE TRIGGER cards_refuse_erased_rider BEFORE INSERT OR UPDATE OF user_id ON cards
        FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION refuse_erased_rider();
      DROP TRIGGER IF EXISTS access_keys_refuse_erased_rider ON access_keys;
      CREATE TRIGGER access_keys_refuse_erased_rider BEFORE INSERT OR UPDATE OF user_id ON access_keys
        FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION refuse_erased_rider();

      -- Finds the stored responses in which a rider is described.
      CREATE INDEX IF NOT EXISTS idempotency_keys_rider_idx ON idempotency_keys ((body::jsonb ->> 'user_id'))
        WHERE body LIKE '%"first_name":%';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX idempotency_keys_rider_idx;
      DROP TRIGGER access_keys_refuse_erased_rider ON access_keys;
      DROP TRIGGER cards_refuse_erased_rider ON cards;
      DROP FUNCTION refuse_erased_rider();
      ALTER TABLE users DROP CONSTRAINT users_erased_check, DROP CONSTRAINT users_erased_at_check;
      UPDATE users SET first_name = 'erased', last_name = 'erased' WHERE erased_at IS NOT NULL;
      ALTER TABLE users DROP COLUMN erased_at, ALTER COLUMN first_name SET NOT NULL, ALTER COLUMN last_name SET NOT NULL;
    `);
    await allowKinds(queryRunner, KINDS);
  }
}

async function allowKinds(queryRunner: QueryRunner, kinds: string): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE postings
      DROP CONSTRAINT IF EXISTS postings_kind_check,
      ADD CONSTRAINT postings_kind_check CHECK (kind IN (${kinds})) NOT VALID`);
  await queryRunner.query('ALTER TABLE postings VALIDATE CONSTRAINT postings_kind_check');
}
