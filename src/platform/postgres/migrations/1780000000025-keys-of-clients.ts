import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An idempotency key and a transaction_id belong to the client that sent them. What was sent before, or where nobody is
 * asked for a key, belongs to the empty name.
 *
 * It builds both indexes anew, while what uses these two tables waits: eight seconds for two million rows, on two busy
 * cores. A text goes before its client, since the proof of the ledger looks for a transaction_id alone.
 */
export class KeysOfClients1780000000025 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ${addClient('recharge_transactions', 'transaction_id')}
      ${addClient('idempotency_keys', 'idempotency_key')}

      DROP FUNCTION take_idempotency_key(text, bigint, timestamptz);

      -- Two statements: one that began before the first request committed would not see its answer. A volatile function
      -- sees in each of its statements what is committed by then.
      CREATE FUNCTION take_idempotency_key(
        of_client text, key text, lock_seed bigint, kept_since timestamptz, OUT fingerprint bytea, OUT body text
      ) LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(key, hashtextextended(of_client, lock_seed))) THEN
          RAISE EXCEPTION 'the idempotency key is in use' USING ERRCODE = 'TR001';
        END IF;
        SELECT stored.fingerprint, stored.body INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.client = of_client AND stored.created_at > kept_since;
      END $$;
    `);
  }

  /** Fails when two clients have sent the same: which of them it belongs to could not be said any more. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP FUNCTION take_idempotency_key(text, text, bigint, timestamptz);
      CREATE FUNCTION take_idempotency_key(
        key text, lock_seed bigint, kept_since timestamptz, OUT fingerprint bytea, OUT body text
      ) LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
      BEGIN
        IF NOT pg_try_advisory_xact_lock(hashtextextended(key, lock_seed)) THEN
          RAISE EXCEPTION 'the idempotency key is in use' USING ERRCODE = 'TR001';
        END IF;
        SELECT stored.fingerprint, stored.body INTO fingerprint, body FROM idempotency_keys stored
        WHERE stored.idempotency_key = key AND stored.created_at > kept_since;
      END $$;

      ${dropClient('recharge_transactions', 'transaction_id')}
      ${dropClient('idempotency_keys', 'idempotency_key')}
    `);
  }
}

function addClient(table: string, text: string): string {
  return `
      ALTER TABLE ${table}
        ADD COLUMN client text NOT NULL DEFAULT ''
          CONSTRAINT ${table}_client_check CHECK (length(client) <= 100),
        DROP CONSTRAINT ${table}_pkey,
        ADD CONSTRAINT ${table}_pkey PRIMARY KEY (${text}, client);`;
}

function dropClient(table: string, text: string): string {
  return `
      ALTER TABLE ${table}
        DROP CONSTRAINT ${table}_pkey, DROP COLUMN client,
        ADD CONSTRAINT ${table}_pkey PRIMARY KEY (${text});`;
}
