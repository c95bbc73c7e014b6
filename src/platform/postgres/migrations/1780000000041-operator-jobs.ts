import { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When the operator's jobs beside the service succeeded, so that its metrics can say how old a backup is, on whatever machine it
 * is made. A job says so with
 * `INSERT INTO operator_jobs (job) VALUES ('backup') ON CONFLICT (job) DO UPDATE SET succeeded_at = DEFAULT`.
 */
export class OperatorJobs1780000000041 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE operator_jobs (
        job text CONSTRAINT operator_jobs_pkey PRIMARY KEY
          CONSTRAINT operator_jobs_job_check CHECK (job IN ('backup', 'restore_drill')),
        succeeded_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE operator_jobs;');
  }
}
