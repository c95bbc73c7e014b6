import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what a person decided of a card's taps, for its erasure, and what waits to be loaded onto a card, for each recharge. */
export class TapsAndActionsOfACard1780000000053 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE INDEX suspended_taps_card_number_idx ON suspended_taps (card_number) WHERE resolution IS NOT NULL;
      CREATE INDEX suspended_taps_trip_id_idx ON suspended_taps (trip_id) WHERE trip_id IS NOT NULL;
      CREATE INDEX actions_waiting_idx ON actions (card_id, action_id) WHERE status = 'pending';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP INDEX actions_waiting_idx, suspended_taps_trip_id_idx, suspended_taps_card_number_idx',
    );
  }
}
