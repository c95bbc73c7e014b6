import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What was done, by whom, and seals over it: rows that are added and never changed.
 *
 * The trail is partitioned by ranges of ids, as the other histories are. Its rows come in the order of time, so a BRIN
 * index finds a time in a few pages; by client and by object there is a B-tree each.
 */
export class AuditAndSeals1780000000023 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
      END $$;

      CREATE SEQUENCE audit_entries_entry_id_seq;
      CREATE TABLE audit_entries (
        entry_id bigint NOT NULL DEFAULT nextval('audit_entries_entry_id_seq'),
        occurred_at timestamptz NOT NULL CONSTRAINT audit_entries_occurred_at_check
          CHECK (occurred_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        -- Empty where nobody is asked for a key.
        client text NOT NULL CONSTRAINT audit_entries_client_check CHECK (length(client) <= 100),
        key_id text CONSTRAINT audit_entries_key_id_check CHECK (length(key_id) <= 100),
        role text CONSTRAINT audit_entries_role_check CHECK (length(role) <= 100),
        request_id text CONSTRAINT audit_entries_request_id_check CHECK (length(request_id) <= 100),
        operation text NOT NULL CONSTRAINT audit_entries_operation_check CHECK (length(operation) <= 200),
        object_kind text CONSTRAINT audit_entries_object_kind_check CHECK (length(object_kind) <= 100),
        object_id text CONSTRAINT audit_entries_object_id_check CHECK (length(object_id) <= 100),
        outcome text NOT NULL CONSTRAINT audit_entries_outcome_check
          CHECK (outcome IN ('changed', 'refused', 'read')),
        -- Names of members, and a digest of each value that is not about a person.
        changes jsonb,
        reason text CONSTRAINT audit_entries_reason_check CHECK (length(reason) <= 255),
        address text CONSTRAINT audit_entries_address_check CHECK (length(address) <= 100),
        CONSTRAINT audit_entries_pkey PRIMARY KEY (entry_id),
        CONSTRAINT audit_entries_object_check CHECK (object_id IS NULL OR object_kind IS NOT NULL)
      ) PARTITION BY RANGE (entry_id);
      ALTER SEQUENCE audit_entries_entry_id_seq OWNED BY audit_entries.entry_id;
      CREATE INDEX audit_entries_client_entry_id_idx ON audit_entries (client, entry_id);
      CREATE INDEX audit_entries_object_entry_id_idx ON audit_entries (object_kind, object_id, entry_id)
        WHERE object_id IS NOT NULL;
      CREATE INDEX audit_entries_occurred_at_idx ON audit_entries USING brin (occurred_at);
      CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION refuse_change();

      -- A seal covers the rows of its source with an id above that of the seal before it, up to through_id.
      CREATE TABLE seals (
        source text NOT NULL CONSTRAINT seals_source_check CHECK (source IN ('audit_entries', 'postings')),
        seal_number bigint NOT NULL CONSTRAINT seals_seal_number_check CHECK (seal_number > 0),
        through_id bigint NOT NULL,
        row_count integer NOT NULL CONSTRAINT seals_row_count_check CHECK (row_count > 0),
        rows_digest bytea NOT NULL CONSTRAINT seals_rows_digest_check CHECK (length(rows_digest) = 32),
        sealed_at timestamptz NOT NULL CONSTRAINT seals_sealed_at_check
          CHECK (sealed_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'),
        digest bytea NOT NULL CONSTRAINT seals_digest_check CHECK (length(digest) = 32),
        -- Of each row twelve bytes: how far its id is behind the seal before, and the beginning of its digest.
        row_marks bytea NOT NULL,
        CONSTRAINT seals_pkey PRIMARY KEY (source, seal_number),
        CONSTRAINT seals_source_through_id_key UNIQUE (source, through_id)
      );
      CREATE TRIGGER seals_append_only BEFORE UPDATE OR DELETE ON seals FOR EACH ROW EXECUTE FUNCTION refuse_change();
      CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON seals EXECUTE FUNCTION refuse_change();

      ${createPartitions(`IF parent = 'audit_entries' THEN
              EXECUTE format('CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON %I '
                || 'EXECUTE FUNCTION refuse_change()', partition);
            END IF;
            `)}
      SELECT create_partitions_through('audit_entries', 10000000);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ${createPartitions('')}
      DROP TABLE seals;
      DROP TABLE audit_entries;
      DROP FUNCTION refuse_change();
    `);
  }
}

/** @param further what else becomes of a new partition. */
function createPartitions(further: string): string {
  return `
      CREATE OR REPLACE FUNCTION create_partitions_through(parent text, id bigint) RETURNS void LANGUAGE plpgsql
      SET search_path = public, pg_temp AS $$
      DECLARE
        rows_per_partition CONSTANT bigint := 10000000;
        partition text;
      BEGIN
        FOR n IN 0 .. id / rows_per_partition LOOP
          partition := parent || '_p' || n;
          CONTINUE WHEN to_regclass(partition) IS NOT NULL;
          -- Several processes may look ahead at the same moment.
          PERFORM pg_advisory_xact_lock(7316003);
          IF to_regclass(partition) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%s) TO (%s)',
              partition, parent, n * rows_per_partition, (n + 1) * rows_per_partition);
            IF parent = 'trips' THEN
              EXECUTE format('ALTER TABLE %I SET (fillfactor = 90)', partition);
            END IF;
            ${further}IF parent = 'postings' THEN
              EXECUTE format('CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON %I '
                || 'EXECUTE FUNCTION refuse_change_of_posting()', partition);
            END IF;
          END IF;
        END LOOP;
      END $$;`;
}
