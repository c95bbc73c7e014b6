import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Arrival } from './arrival.entity';
import type { ArrivalResponse } from './dto/arrival-responses.dto';

@Injectable()
export class ArrivalsRepository {
  constructor(@InjectRepository(Arrival) private readonly arrivals: Repository<Arrival>) {}

  /** Finds arrivals that are still expected, soonest first. A route without stops shows its name as the destination. */
  async findNext(stationId: number, now: Date, limit: number): Promise<ArrivalResponse[]> {
    return this.arrivals.query<ArrivalResponse[]>(
      `SELECT arrival.station_id, route_code AS line, coalesce(last.name, route_name) AS destination,
              estimated_arrival, status
       FROM arrivals arrival
       JOIN routes route USING (route_id)
       LEFT JOIN LATERAL (
         SELECT station.name FROM route_stops JOIN stations station USING (station_id)
         WHERE route_id = route.route_id ORDER BY sequence_order DESC LIMIT 1) last ON true
       WHERE arrival.station_id = $1 AND estimated_arrival >= $2 AND status NOT IN ('ARRIVED', 'CANCELLED')
       ORDER BY estimated_arrival, arrival_id LIMIT $3`,
      [stationId, now, limit],
    );
  }

  /** Finds an arrival and locks it until the transaction ends, so that two changes of it are made one after the other. */
  async lockOrFail(manager: EntityManager, arrivalId: number): Promise<Arrival> {
    const arrival = await manager
      .getRepository(Arrival)
      .findOne({ where: { arrival_id: arrivalId }, lock: { mode: 'for_no_key_update' } });
    if (!arrival) throw new NotFoundError('arrival', arrivalId);
    return arrival;
  }

  async create(manager: EntityManager, arrival: Omit<Arrival, 'arrival_id'>): Promise<Arrival> {
    return manager.getRepository(Arrival).save({ ...arrival });
  }

  async update(manager: EntityManager, { arrival_id, ...arrival }: Arrival): Promise<void> {
    await manager.update(Arrival, { arrival_id }, arrival);
  }
}
