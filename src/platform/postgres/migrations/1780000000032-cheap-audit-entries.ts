import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A row of the trail is added by each change, so it must cost little, and it is searched for in a history of any length.
 *
 * PostgreSQL parses every CHECK constraint of a table anew for each statement that adds a row: the twelve of this table took
 * two thirds of what its row cost. A constraint of a domain is parsed once for each connection. What is left closes the set of outcomes,
 * and keeps times to those that JSON can say. How long a text may be is held by the only code that adds entries (AuditTrail).
 *
 * Each index ends with the order in which entries are shown, so that a page is read from one place of it.
 */
export class CheapAuditEntries1780000000032 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE audit_entries
        ${CHECKS.map(([name]) => `DROP CONSTRAINT audit_entries_${name}_check`).join(', ')};
      DROP INDEX audit_entries_client_entry_id_idx, audit_entries_object_entry_id_idx, audit_entries_occurred_at_idx;

      -- To a domain without a constraint a column changes without being written again, and then its rows need not be read:
      -- they satisfy the constraints that they have had until now.
      CREATE DOMAIN audit_outcome AS text;
      CREATE DOMAIN audit_time AS timestamptz;
      ALTER TABLE audit_entries ALTER outcome TYPE audit_outcome, ALTER occurred_at TYPE audit_time;
      ALTER DOMAIN audit_outcome ADD CONSTRAINT audit_outcome_check
        CHECK (value IN ('changed', 'refused', 'read')) NOT VALID;
      ALTER DOMAIN audit_time ADD CONSTRAINT audit_time_check
        CHECK (value BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00') NOT VALID;

      CREATE INDEX audit_entries_time_idx ON audit_entries (occurred_at, entry_id);
      CREATE INDEX audit_entries_kind_time_idx ON audit_entries (object_kind, occurred_at, entry_id);
      CREATE INDEX audit_entries_client_time_idx
        ON audit_entries (client, (coalesce(object_kind, '')), occurred_at, entry_id);
      CREATE INDEX audit_entries_object_time_idx
        ON audit_entries (object_id, (coalesce(object_kind, '')), occurred_at, entry_id) WHERE object_id IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX audit_entries_time_idx, audit_entries_kind_time_idx, audit_entries_client_time_idx,
                 audit_entries_object_time_idx;
      ALTER TABLE audit_entries ALTER outcome TYPE text, ALTER occurred_at TYPE timestamptz;
      DROP DOMAIN audit_outcome, audit_time;
      CREATE INDEX audit_entries_client_entry_id_idx ON audit_entries (client, entry_id);
      CREATE INDEX audit_entries_object_entry_id_idx ON audit_entries (object_kind, object_id, entry_id)
        WHERE object_id IS NOT NULL;
      CREATE INDEX audit_entries_occurred_at_idx ON audit_entries USING brin (occurred_at);
      ALTER TABLE audit_entries
        ${CHECKS.map(([name, condition]) => `ADD CONSTRAINT audit_entries_${name}_check CHECK (${condition})`).join(', ')};
    `);
  }
}

const CHECKS = [
  [
    'occurred_at',
    `occurred_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'`,
  ],
  ['client', 'length(client) <= 100'],
  ['key_id', 'length(key_id) <= 100'],
  ['role', 'length(role) <= 100'],
  ['request_id', 'length(request_id) <= 100'],
  ['operation', 'length(operation) <= 200'],
  ['object_kind', 'length(object_kind) <= 100'],
  ['object_id', 'length(object_id) <= 100'],
  ['outcome', `outcome IN ('changed', 'refused', 'read')`],
  ['reason', 'length(reason) <= 255'],
  ['address', 'length(address) <= 100'],
  ['object', 'object_id IS NULL OR object_kind IS NOT NULL'],
] as const;
