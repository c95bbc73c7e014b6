import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock';
import { decodeCursor, paginate } from '../common/pagination';
import { AlertsQuery, StationsQuery } from './dto/station-queries.dto';
import { Alerts, Arrivals, StationDetails, StationIdentifiers, StationPage } from './dto/station-answers.dto';
import { StationsRepository } from './stations.repository';

const NEXT_ARRIVALS = 10;
const MOST_ALERTS = 100;

/** Stations, what arrives at them, and what riders should know about them. */
@Injectable()
export class StationsService {
  constructor(
    private readonly stations: StationsRepository,
    private readonly clock: Clock,
  ) {}

  async list({ locality, status, limit, cursor }: StationsQuery): Promise<StationPage> {
    const filter = { locality: locality ?? null, is_active: status ? status === 'active' : null };
    const found = await this.stations.find(filter, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (station) => station.station_id);
    return { stations: rows, next_cursor };
  }

  async identifiers(): Promise<StationIdentifiers> {
    return { stations: await this.stations.findIdentifiers() };
  }

  async details(code: string): Promise<StationDetails> {
    const station = await this.stations.findByCodeOrFail(code);
    const { station_code, name, station_type, address, latitude, longitude } = station;
    const routes_serving = await this.stations.findRoutesServing(station.station_id);
    return { station_code, station_name: name, station_type, address, latitude, longitude, routes_serving };
  }

  async arrivals(stationId: number): Promise<Arrivals> {
    await this.stations.requireExisting(stationId);
    return this.nextArrivals(stationId);
  }

  async arrivalsByCode(code: string): Promise<Arrivals> {
    const { station_id } = await this.stations.findByCodeOrFail(code);
    return this.nextArrivals(station_id);
  }

  async alerts(stationId: number, query: AlertsQuery): Promise<Alerts> {
    await this.stations.requireExisting(stationId);
    return this.findAlerts(stationId, query);
  }

  async systemAlerts(query: AlertsQuery): Promise<Alerts> {
    return this.findAlerts(null, query);
  }

  private async nextArrivals(stationId: number): Promise<Arrivals> {
    return { arrivals: await this.stations.findNextArrivals(stationId, this.clock.now(), NEXT_ARRIVALS) };
  }

  private async findAlerts(stationId: number | null, { active_only }: AlertsQuery): Promise<Alerts> {
    const activeAt = active_only === 'true' ? this.clock.now() : null;
    return { alerts: await this.stations.findAlerts(stationId, activeAt, MOST_ALERTS) };
  }
}
