import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What agents take back is counted by the day, and a key says which person made it. */
export class AgentsAndPeople1780000000029 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE agent_reversals (
        -- The client of the agents' keys, or the person.
        client text CONSTRAINT agent_reversals_client_check CHECK (length(client) <= 100),
        service_day date NOT NULL,
        -- What its reversals and payouts came to on this day, in whole units of the currency.
        amount bigint NOT NULL CONSTRAINT agent_reversals_amount_check CHECK (amount BETWEEN 1 AND 9007199254740991),
        CONSTRAINT agent_reversals_pkey PRIMARY KEY (client, service_day)
      );

      ALTER TABLE access_keys
        DROP CONSTRAINT access_keys_created_by_check,
        ADD CONSTRAINT access_keys_created_by_check
          CHECK (created_by ~ '^([0-9A-Za-z]{8}|person:[0-9A-Za-z_|.:-]{1,64})?$');
    `);
  }

  /** Who made a key is forgotten where it was a person. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      UPDATE access_keys SET created_by = '' WHERE created_by LIKE 'person:%';
      ALTER TABLE access_keys
        DROP CONSTRAINT access_keys_created_by_check,
        ADD CONSTRAINT access_keys_created_by_check CHECK (created_by ~ '^([0-9A-Za-z]{8})?$');
      DROP TABLE agent_reversals;
    `);
  }
}
