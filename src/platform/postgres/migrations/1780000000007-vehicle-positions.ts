import { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a vehicle was seen later is one step in the index, not a look at everywhere that it has been. */
export class VehiclePositions1780000000007 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX vehicle_positions_vehicle_id_idx;
      CREATE INDEX vehicle_positions_vehicle_id_idx ON vehicle_positions (vehicle_id, observed_at DESC);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX vehicle_positions_vehicle_id_idx;
      CREATE INDEX vehicle_positions_vehicle_id_idx ON vehicle_positions (vehicle_id);
    `);
  }
}
