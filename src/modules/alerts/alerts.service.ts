import { Injectable } from '@nestjs/common';
import { evictions } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { RoutesRepository } from '../routes/routes.repository';
import { StationsRepository } from '../stations/stations.repository';
import { Alert } from './alert.entity';
import { AlertsRepository } from './alerts.repository';
import { ChangeAlert, CreateAlert } from './dto/alert-requests.dto';
import { ActiveAlerts, Alerts } from './dto/alert-responses.dto';
import { AlertsQuery } from './dto/alert-queries.dto';

const MOST_ALERTS = 100;
const MOST_ACTIVE_ALERTS = 500;

/** Messages to riders. A control centre announces and ends them; riders read them. */
@Injectable()
export class AlertsService {
  constructor(
    private readonly alerts: AlertsRepository,
    private readonly stations: StationsRepository,
    private readonly routes: RoutesRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async listOfStation(stationId: number, query: AlertsQuery): Promise<Alerts> {
    await this.stations.assertExists(stationId);
    return this.find(stationId, query);
  }

  async listActive(): Promise<ActiveAlerts> {
    return { alerts: await this.alerts.findActive(this.clock.now(), MOST_ACTIVE_ALERTS) };
  }

  async listOfSystem(query: AlertsQuery): Promise<Alerts> {
    return this.find(null, query);
  }

  /**
   * @throws NotFoundError if the station or the route does not exist.
   * @throws InvalidValueError if the alert would end before it starts.
   */
  async create(announced: CreateAlert, request: WriteRequest): Promise<Alert> {
    const { station_id = null, route_id = null, type, message, severity, start_time, end_time } = announced;
    return this.writes.run({ evicts: evictions.alertChanged, request }, async (manager) => {
      if (station_id !== null) await this.stations.assertExists(station_id, manager);
      if (route_id !== null) await this.routes.assertExists(route_id, manager);
      const start = start_time ? new Date(start_time) : this.clock.now();
      const end = end_time ? new Date(end_time) : null;
      requireOrder(start, end);
      const alert = { station_id, route_id, type, message, severity, start_time: start, end_time: end };
      const created = await this.alerts.create(manager, alert);
      return {
        response: created,
        touches: alert,
        audit: { object: { kind: 'alert', id: created.alert_id }, changes: alert },
      };
    });
  }

  async change(alertId: number, changes: ChangeAlert, request: WriteRequest): Promise<Alert> {
    const { type, message, severity, end_time } = changes;
    return this.writes.run({ evicts: evictions.alertChanged, request }, async (manager) => {
      const alert = await this.alerts.lockOrFail(manager, alertId);
      const changed = {
        ...alert,
        type: type ?? alert.type,
        message: message ?? alert.message,
        severity: severity ?? alert.severity,
        end_time: end_time ? new Date(end_time) : alert.end_time,
      };
      requireOrder(changed.start_time, changed.end_time);
      return {
        response: changed,
        touches: changed,
        audit: { object: { kind: 'alert', id: alertId }, changes },
        change: () => this.alerts.update(manager, changed),
      };
    });
  }

  private async find(stationId: number | null, { active_only }: AlertsQuery): Promise<Alerts> {
    const activeAt = active_only === 'true' ? this.clock.now() : null;
    return { alerts: await this.alerts.find(stationId, activeAt, MOST_ALERTS) };
  }
}

/** @throws InvalidValueError if the alert would end before it starts. */
function requireOrder(start: Date, end: Date | null): void {
  if (end === null || end >= start) return;
  throw new InvalidValueError('The alert is not acceptable.', [
    { pointer: '/end_time', detail: 'must not be earlier than the start_time' },
  ]);
}
