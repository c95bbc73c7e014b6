import { Injectable } from '@nestjs/common';
import { evictions } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { isInTheFuture } from '../../common/time/in-the-future';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { StationNotOnRouteError } from '../../common/http/problem/trip-errors';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { RoutesRepository } from '../routes/routes.repository';
import { StationsRepository } from '../stations/stations.repository';
import { VehiclesRepository } from '../vehicles/vehicles.repository';
import { Arrival } from './arrival.entity';
import { ArrivalsRepository } from './arrivals.repository';
import { ChangeArrival, CreateArrival } from './dto/arrival-requests.dto';
import { Arrivals } from './dto/arrival-responses.dto';

const NEXT_ARRIVALS = 10;

/** Arrivals of vehicles at stations. A control centre sends them; riders read them. */
@Injectable()
export class ArrivalsService {
  constructor(
    private readonly arrivals: ArrivalsRepository,
    private readonly stations: StationsRepository,
    private readonly routes: RoutesRepository,
    private readonly vehicles: VehiclesRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async list(stationId: number): Promise<Arrivals> {
    await this.stations.assertExists(stationId);
    return this.findNext(stationId);
  }

  async listByCode(code: string): Promise<Arrivals> {
    const { station_id } = await this.stations.findByCodeOrFail(code);
    return this.findNext(station_id);
  }

  /**
   * @throws NotFoundError if the station, the route or the vehicle does not exist.
   * @throws StationNotOnRouteError if the route does not stop at the station.
   */
  async create(expected: CreateArrival, request: WriteRequest): Promise<Arrival> {
    const { station_id, route_id, vehicle_id = null, estimated_arrival } = expected;
    return this.writes.run({ evicts: evictions.arrivalChanged, request }, async (manager) => {
      const station = await this.stations.findOrFail(station_id, manager);
      await this.routes.assertExists(route_id, manager);
      if (vehicle_id !== null) await this.vehicles.assertExists(vehicle_id, manager);
      if (!(await this.routes.stopsAt(route_id, station_id, manager)))
        throw new StationNotOnRouteError(station_id, route_id);
      const arrival = await this.arrivals.create(manager, {
        station_id,
        route_id,
        vehicle_id,
        estimated_arrival: new Date(estimated_arrival),
        actual_arrival: null,
        status: 'EXPECTED',
        created_at: this.clock.now(),
      });
      return {
        response: arrival,
        touches: station,
        audit: { object: { kind: 'arrival', id: arrival.arrival_id }, changes: expected },
      };
    });
  }

  /** @throws InvalidValueError for the time of an arrival that has not come, or comes from the future. */
  async change(arrivalId: number, changes: ChangeArrival, request: WriteRequest): Promise<Arrival> {
    return this.writes.run({ evicts: evictions.arrivalChanged, request }, async (manager) => {
      const arrival = await this.arrivals.lockOrFail(manager, arrivalId);
      const station = await this.stations.findOrFail(arrival.station_id, manager);
      const changed = apply(arrival, changes, this.clock.now());
      return {
        response: changed,
        touches: station,
        audit: { object: { kind: 'arrival', id: arrivalId }, changes },
        change: () => this.arrivals.update(manager, changed),
      };
    });
  }

  private async findNext(stationId: number): Promise<Arrivals> {
    return { arrivals: await this.arrivals.findNext(stationId, this.clock.now(), NEXT_ARRIVALS) };
  }
}

/** An arrival has an `actual_arrival` if and only if its status is ARRIVED. */
function apply(
  arrival: Arrival,
  { status, estimated_arrival, actual_arrival }: ChangeArrival,
  now: Date,
): Arrival {
  const changed = {
    ...arrival,
    status: status ?? arrival.status,
    estimated_arrival: estimated_arrival ? new Date(estimated_arrival) : arrival.estimated_arrival,
  };
  if (changed.status === 'ARRIVED')
    return { ...changed, actual_arrival: cameAt(actual_arrival, now) ?? arrival.actual_arrival ?? now };
  if (actual_arrival) throw refusal('must be left out unless the status is ARRIVED');
  return { ...changed, actual_arrival: null };
}

function cameAt(actualArrival: string | undefined, now: Date): Date | null {
  if (!actualArrival) return null;
  const at = new Date(actualArrival);
  if (isInTheFuture(at, now)) throw refusal('must not be in the future');
  return at;
}

function refusal(detail: string): InvalidValueError {
  return new InvalidValueError('The arrival is not acceptable.', [{ pointer: '/actual_arrival', detail }]);
}
