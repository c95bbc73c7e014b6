import { Injectable } from '@nestjs/common';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { VehiclePage, VehiclesQuery } from './dto/vehicles.dto';
import { VehiclesRepository } from './vehicles.repository';

@Injectable()
export class VehiclesService {
  constructor(private readonly vehicles: VehiclesRepository) {}

  async list({ concessionaire_id, status, limit, cursor }: VehiclesQuery): Promise<VehiclePage> {
    const found = await this.vehicles.find({ concessionaire_id, status }, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (vehicle) => vehicle.vehicle_id);
    return { vehicles: rows, next_cursor };
  }
}
