import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds where a rider's cards were refused, for the export: such a tap is in no trip. Few are refused, so the index is small. */
export class RefusedTapsOfACard1780000000056 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE INDEX taps_refused_idx ON taps (card_number, received_at) WHERE outcome = 'refused'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX taps_refused_idx');
  }
}
