import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Alert } from './alert.entity';

@Injectable()
export class AlertsRepository {
  constructor(@InjectRepository(Alert) private readonly alerts: Repository<Alert>) {}

  /**
   * Finds alerts, newest first.
   *
   * @param stationId null finds the alerts that concern no station.
   * @param activeAt only alerts that are active at this time; null also finds those of the past and of the future.
   */
  async find(stationId: number | null, activeAt: Date | null, limit: number): Promise<Alert[]> {
    return this.alerts.query<Alert[]>(
      `SELECT alert_id, station_id, route_id, alert_type AS type, message, severity, start_time, end_time
       FROM alerts
       WHERE (station_id = $1 OR ($1::bigint IS NULL AND station_id IS NULL))
         AND ($2::timestamptz IS NULL OR (start_time <= $2 AND (end_time IS NULL OR end_time > $2)))
       ORDER BY start_time DESC, alert_id DESC LIMIT $3`,
      [stationId, activeAt, limit],
    );
  }

  /** Finds the alerts that are active at a time, wherever they are, newest first. */
  async findActive(at: Date, limit: number): Promise<Alert[]> {
    return this.alerts.query<Alert[]>(
      `SELECT alert_id, station_id, route_id, alert_type AS type, message, severity, start_time, end_time
       FROM alerts
       WHERE start_time <= $1 AND (end_time IS NULL OR end_time > $1)
       ORDER BY start_time DESC, alert_id DESC LIMIT $2`,
      [at, limit],
    );
  }

  /** Finds an alert and locks it until the transaction ends, so that two changes of it are made one after the other. */
  async lockOrFail(manager: EntityManager, alertId: number): Promise<Alert> {
    const alert = await manager
      .getRepository(Alert)
      .findOne({ where: { alert_id: alertId }, lock: { mode: 'for_no_key_update' } });
    if (!alert) throw new NotFoundError('alert', alertId);
    return alert;
  }

  async create(manager: EntityManager, alert: Omit<Alert, 'alert_id'>): Promise<Alert> {
    return manager.getRepository(Alert).save({ ...alert });
  }

  async update(manager: EntityManager, { alert_id, ...alert }: Alert): Promise<void> {
    await manager.update(Alert, { alert_id }, alert);
  }
}
