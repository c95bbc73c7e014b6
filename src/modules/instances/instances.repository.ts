import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toJson } from '../../common/http/json';
import type { InstanceFigures, InstanceIdentity } from './instance';

const AWAY_AFTER = `interval '15 seconds'`;
const FORGOTTEN_AFTER = `interval '1 hour'`;

type Row = InstanceIdentity & {
  readonly last_heard_at: Date;
  readonly is_away: boolean;
  readonly figures: InstanceFigures;
};

/** Every process writes its own row, by the clock of the database. */
@Injectable()
export class InstancesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async note(instance: InstanceIdentity, figures: InstanceFigures): Promise<void> {
    await this.dataSource.query(
      `WITH forgotten AS (
         DELETE FROM instances WHERE heard_at < clock_timestamp() - ${FORGOTTEN_AFTER} AND instance_id <> $1)
       INSERT INTO instances (instance_id, host, pid, role, version, node_version, started_at, heard_at, figures)
       VALUES ($1, $2, $3, $4, $5, $6, $7, clock_timestamp(), $8)
       ON CONFLICT (instance_id) DO UPDATE SET heard_at = excluded.heard_at, figures = excluded.figures`,
      [
        instance.instance_id,
        instance.host,
        instance.pid,
        instance.role,
        instance.version,
        instance.node_version,
        instance.started_at,
        toJson(figures),
      ],
    );
  }

  async remove(instanceId: string): Promise<void> {
    await this.dataSource.query('DELETE FROM instances WHERE instance_id = $1', [instanceId]);
  }

  async findAll(): Promise<Row[]> {
    return this.dataSource.query<Row[]>(
      `SELECT instance_id, host, pid, role, version, node_version, started_at, heard_at AS last_heard_at,
              heard_at < clock_timestamp() - ${AWAY_AFTER} AS is_away, figures
       FROM instances ORDER BY started_at, instance_id`,
    );
  }
}
