import { Injectable } from '@nestjs/common';
import { evictions } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { isInTheFuture } from '../../common/time/in-the-future';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { RoutesRepository } from '../routes/routes.repository';
import { Observation, StoredObservations } from './dto/vehicle-positions.dto';
import { VehiclePositionsRepository } from './vehicle-positions.repository';
import { VehiclesRepository } from './vehicles.repository';

/** Stores the positions of vehicles that a control centre sends. */
@Injectable()
export class VehiclePositionsService {
  constructor(
    private readonly positions: VehiclePositionsRepository,
    private readonly vehicles: VehiclesRepository,
    private readonly routes: RoutesRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws NotFoundError if a vehicle or a route does not exist.
   * @throws InvalidValueError if an observation is of the future.
   */
  async store(observations: readonly Observation[], request: WriteRequest): Promise<StoredObservations> {
    requirePast(observations, this.clock.now());
    const vehicleIds = [...new Set(observations.map(({ vehicle_id }) => vehicle_id))];
    const routeIds = [...new Set(observations.map(({ route_id }) => route_id))];
    return this.writes.run({ evicts: evictions.vehiclesMoved, request }, async (manager) => {
      const currentRoutes = await this.routes.findCodesOrFail(routeIds, manager);
      await this.vehicles.lockOrFail(manager, vehicleIds);
      const leftRoutes = await this.positions.findLastRoutes(manager, vehicleIds);
      const stored = await this.positions.store(manager, observations);
      return {
        response: { received: observations.length, stored },
        audit: {
          object: { kind: 'vehicle_position', id: null },
          changes: { positions: observations, stored },
        },
        touches: { route_codes: [...new Set([...currentRoutes, ...leftRoutes])] },
      };
    });
  }
}

function requirePast(observations: readonly Observation[], now: Date): void {
  const faults = observations.flatMap(({ observed_at }, index) =>
    isInTheFuture(new Date(observed_at), now)
      ? [{ pointer: `/positions/${index}/observed_at`, detail: 'must not be in the future' }]
      : [],
  );
  if (faults.length > 0) throw new InvalidValueError('The observations are not acceptable.', faults);
}
