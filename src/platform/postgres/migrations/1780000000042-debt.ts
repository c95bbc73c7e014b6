import { MigrationInterface, QueryRunner } from 'typeorm';

const ACCOUNTS = `'card', 'cash', 'fare_revenue', 'opening', 'adjustment'`;
const POSTINGS = `'opening', 'recharge', 'fare', 'reversal', 'adjustment', 'payout'`;

/** What each kind of posting is about; the kinds that are new are about one of both. */
const RECORD = `CASE kind
  WHEN 'recharge' THEN recharge_id IS NOT NULL AND trip_id IS NULL
  WHEN 'reversal' THEN recharge_id IS NOT NULL AND trip_id IS NULL
  WHEN 'fare' THEN trip_id IS NOT NULL AND recharge_id IS NULL`;
const NEW_RECORD = `${RECORD}
  WHEN 'load' THEN recharge_id IS NOT NULL AND trip_id IS NULL
  WHEN 'fare_adjustment' THEN trip_id IS NOT NULL AND recharge_id IS NULL
  WHEN 'debt' THEN num_nonnulls(recharge_id, trip_id) = 1
  WHEN 'debt_payment' THEN num_nonnulls(recharge_id, trip_id) = 1`;
const NO_RECORD = 'ELSE trip_id IS NULL AND recharge_id IS NULL END';

/**
 * What a card owes beside its balance, and money that waits to be loaded by a validator, with an account of its own each; and the
 * kinds of postings of both, and of fares that are adjusted.
 *
 * Without a transaction around it: what is allowed is said in an instant, and that all rows keep to it is found out while
 * everybody writes. It may begin anew where it was interrupted.
 */
export class Debt1780000000042 implements MigrationInterface {
  readonly transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await allow(queryRunner, {
      accounts: `${ACCOUNTS}, 'debt', 'pending_load'`,
      postings: `${POSTINGS}, 'debt', 'debt_payment', 'load', 'fare_adjustment'`,
      record: `${NEW_RECORD} ${NO_RECORD}`,
    });
    await queryRunner.query(`
      -- A card that owes nothing has no account for it.
      ALTER TABLE cards
        ADD COLUMN IF NOT EXISTS debt bigint NOT NULL DEFAULT 0,
        ADD COLUMN IF NOT EXISTS debt_account_id bigint,
        DROP CONSTRAINT IF EXISTS cards_debt_check,
        ADD CONSTRAINT cards_debt_check CHECK (debt BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}) NOT VALID,
        DROP CONSTRAINT IF EXISTS cards_debt_account_check,
        ADD CONSTRAINT cards_debt_account_check CHECK (debt = 0 OR debt_account_id IS NOT NULL) NOT VALID,
        DROP CONSTRAINT IF EXISTS cards_debt_account_id_fkey,
        ADD CONSTRAINT cards_debt_account_id_fkey FOREIGN KEY (debt_account_id) REFERENCES accounts NOT VALID;

      -- The part of a recharge that paid a debt.
      ALTER TABLE recharges
        ADD COLUMN IF NOT EXISTS debt_paid bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT IF EXISTS recharges_debt_paid_check,
        ADD CONSTRAINT recharges_debt_paid_check CHECK (debt_paid BETWEEN 0 AND amount) NOT VALID;
    `);
    await queryRunner.query(`
      ALTER TABLE cards VALIDATE CONSTRAINT cards_debt_check, VALIDATE CONSTRAINT cards_debt_account_check,
        VALIDATE CONSTRAINT cards_debt_account_id_fkey`);
    await queryRunner.query('ALTER TABLE recharges VALIDATE CONSTRAINT recharges_debt_paid_check');
    await queryRunner.query(`
      CREATE UNIQUE INDEX IF NOT EXISTS cards_debt_account_id_key ON cards (debt_account_id)
        WHERE debt_account_id IS NOT NULL;
      CREATE UNIQUE INDEX IF NOT EXISTS accounts_pending_load_key ON accounts (kind) WHERE kind = 'pending_load';
      INSERT INTO accounts (kind) VALUES ('pending_load') ON CONFLICT DO NOTHING;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX accounts_pending_load_key, cards_debt_account_id_key;
      ALTER TABLE recharges DROP COLUMN debt_paid;
      ALTER TABLE cards DROP COLUMN debt_account_id, DROP COLUMN debt;
      DELETE FROM accounts WHERE kind IN ('debt', 'pending_load');
    `);
    await allow(queryRunner, { accounts: ACCOUNTS, postings: POSTINGS, record: `${RECORD} ${NO_RECORD}` });
  }
}

async function allow(
  queryRunner: QueryRunner,
  allowed: { readonly accounts: string; readonly postings: string; readonly record: string },
): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE accounts
      DROP CONSTRAINT IF EXISTS accounts_kind_check,
      ADD CONSTRAINT accounts_kind_check CHECK (kind IN (${allowed.accounts})) NOT VALID`);
  await queryRunner.query(`
    ALTER TABLE postings
      DROP CONSTRAINT IF EXISTS postings_kind_check,
      ADD CONSTRAINT postings_kind_check CHECK (kind IN (${allowed.postings})) NOT VALID,
      DROP CONSTRAINT IF EXISTS postings_record_check,
      ADD CONSTRAINT postings_record_check CHECK (${allowed.record}) NOT VALID`);
  await queryRunner.query('ALTER TABLE accounts VALIDATE CONSTRAINT accounts_kind_check');
  await queryRunner.query(
    'ALTER TABLE postings VALIDATE CONSTRAINT postings_kind_check, VALIDATE CONSTRAINT postings_record_check',
  );
}
