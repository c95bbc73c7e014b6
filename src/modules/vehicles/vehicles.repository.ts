import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, MoreThan, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Vehicle } from './vehicle.entity';

@Injectable()
export class VehiclesRepository {
  constructor(@InjectRepository(Vehicle) private readonly vehicles: Repository<Vehicle>) {}

  /** Finds vehicles by their ids, one row more than the limit. */
  async find(
    { concessionaire_id, status }: Partial<Pick<Vehicle, 'concessionaire_id' | 'status'>>,
    afterId: number | null,
    limit: number,
  ): Promise<Vehicle[]> {
    return this.vehicles.find({
      where: {
        vehicle_id: MoreThan(afterId ?? 0),
        ...(concessionaire_id && { concessionaire_id }),
        ...(status && { status }),
      },
      order: { vehicle_id: 'ASC' },
      take: limit + 1,
    });
  }

  async assertExists(vehicleId: number, manager: EntityManager): Promise<void> {
    if (!(await manager.existsBy(Vehicle, { vehicle_id: vehicleId })))
      throw new NotFoundError('vehicle', vehicleId);
  }

  /**
   * Locks the vehicles until the transaction ends, in the order of their ids. So a transaction that stores the position
   * of a vehicle knows on which route it was before. Boardings and reads do not wait for this lock.
   */
  async lockOrFail(manager: EntityManager, vehicleIds: readonly number[]): Promise<void> {
    const rows = await manager.query<Pick<Vehicle, 'vehicle_id'>[]>(
      'SELECT vehicle_id FROM vehicles WHERE vehicle_id = ANY ($1::bigint[]) ORDER BY vehicle_id FOR NO KEY UPDATE',
      [vehicleIds],
    );
    const known = new Set(rows.map(({ vehicle_id }) => vehicle_id));
    const unknown = vehicleIds.find((id) => !known.has(id));
    if (unknown !== undefined) throw new NotFoundError('vehicle', unknown);
  }
}
