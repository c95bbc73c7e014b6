import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which batch of audit entries each process has written last, so that none is written twice when an answer was lost. */
export class AuditWriters1780000000033 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE audit_writers (
        writer uuid CONSTRAINT audit_writers_pkey PRIMARY KEY,
        batch bigint NOT NULL CONSTRAINT audit_writers_batch_check CHECK (batch > 0),
        written_at timestamptz NOT NULL CONSTRAINT audit_writers_written_at_check
          CHECK (written_at BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00')
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE audit_writers');
  }
}
