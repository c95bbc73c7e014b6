import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A function finds our tables, and no others of their names, whatever search path its caller has: psql's, a restore's. */
export class SearchPathOfFunctions1780000000020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(alterFunctions('SET search_path = public, pg_temp'));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(alterFunctions('RESET search_path'));
  }
}

/** Those in SQL name nothing but what PostgreSQL brings along, and are inlined only without settings of their own. */
function alterFunctions(change: string): string {
  return `
      DO $$
      DECLARE
        ours regprocedure;
      BEGIN
        FOR ours IN
          SELECT pg_proc.oid FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
          WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql' AND proname IN (
            'count_fare_edition', 'create_partitions_through', 'date_change_of_all_stops', 'date_change_of_route',
            'date_change_of_stops', 'note_open_trip_change', 'open_fare_revenue_account',
            'refuse_change_of_posting', 'take_idempotency_key')
        LOOP
          EXECUTE format('ALTER FUNCTION %s ${change}', ours);
        END LOOP;
      END $$;`;
}
