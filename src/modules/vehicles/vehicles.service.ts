import { Injectable } from '@nestjs/common';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { Clock } from '../../common/time/clock';
import { LastPositions } from './dto/last-positions.dto';
import { VehiclePositionsRepository } from './vehicle-positions.repository';
import { VehiclePage, VehiclesQuery } from './dto/vehicles.dto';
import { VehiclesRepository } from './vehicles.repository';

@Injectable()
export class VehiclesService {
  constructor(
    private readonly vehicles: VehiclesRepository,
    private readonly positions: VehiclePositionsRepository,
    private readonly clock: Clock,
  ) {}

  async list({ concessionaire_id, status, limit, cursor }: VehiclesQuery): Promise<VehiclePage> {
    const found = await this.vehicles.find({ concessionaire_id, status }, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (vehicle) => vehicle.vehicle_id);
    return { vehicles: rows, next_cursor };
  }

  async lastPositions(): Promise<LastPositions> {
    const positions = await this.positions.findLast();
    const now = this.clock.now().getTime();
    // The clock of whoever saw it may be ahead.
    const ageOf = (seen: Date): number => Math.max(0, Math.floor((now - seen.getTime()) / 1_000));
    return {
      vehicles: positions.map((position) => ({ ...position, age_seconds: ageOf(position.timestamp) })),
    };
  }
}
