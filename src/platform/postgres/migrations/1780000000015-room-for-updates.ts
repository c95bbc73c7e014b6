import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A card changes with each use of it, and a trip once. Where its page has room for the new version, no index is written
 * (PostgreSQL's heap-only tuples), and the room is there again when the transaction is over.
 */
export class RoomForUpdates1780000000015 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- What is written from now on; a full page of the past gets its room with the first changes of its cards.
      ALTER TABLE cards SET (fillfactor = 85);
      ${partitionsOfTrips('SET (fillfactor = 90)')}

      ${createPartitions(`IF parent = 'trips' THEN
              EXECUTE format('ALTER TABLE %I SET (fillfactor = 90)', partition);
            END IF;
            `)}
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ${createPartitions('')}
      ${partitionsOfTrips('RESET (fillfactor)')}
      ALTER TABLE cards RESET (fillfactor);
    `);
  }
}

/** A partitioned table has no pages of its own, and passes nothing of the kind on. */
function partitionsOfTrips(change: string): string {
  return `
      DO $$
      DECLARE
        partition regclass;
      BEGIN
        FOR partition IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'trips'::regclass LOOP
          EXECUTE format('ALTER TABLE %s ${change}', partition);
        END LOOP;
      END $$;`;
}

/** @param further what else becomes of a new partition. */
function createPartitions(further: string): string {
  return `
      CREATE OR REPLACE FUNCTION create_partitions_through(parent text, id bigint) RETURNS void LANGUAGE plpgsql AS $$
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
            ${further}IF parent = 'postings' THEN
              EXECUTE format('CREATE TRIGGER postings_no_truncate BEFORE TRUNCATE ON %I '
                || 'EXECUTE FUNCTION refuse_change_of_posting()', partition);
            END IF;
          END IF;
        END LOOP;
      END $$;`;
}
