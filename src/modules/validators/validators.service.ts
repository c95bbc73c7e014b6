import { Injectable } from '@nestjs/common';
import { violatedConstraint } from '../../common/http/problem/database-errors';
import { NotFoundError, type Resource } from '../../common/http/problem/not-found-error';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { evictions } from '../../platform/cache/evictions';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import {
  ChangeValidator,
  CreateValidator,
  ValidatorPage,
  ValidatorResponse,
  ValidatorsQuery,
} from './dto/validators.dto';
import type { Validator } from './validator.entity';
import { ValidatorsRepository } from './validators.repository';

const PLACES: Readonly<Record<string, readonly [keyof CreateValidator, Resource]>> = {
  validators_station_id_fkey: ['station_id', 'station'],
  validators_vehicle_id_fkey: ['vehicle_id', 'vehicle'],
  validators_route_id_fkey: ['route_id', 'route'],
  validators_concessionaire_id_fkey: ['concessionaire_id', 'concessionaire'],
};

/** The devices that decide by themselves. */
@Injectable()
export class ValidatorsService {
  constructor(
    private readonly validators: ValidatorsRepository,
    private readonly writes: Writes,
  ) {}

  async list({ limit, cursor, ...filter }: ValidatorsQuery): Promise<ValidatorPage> {
    const found = await this.validators.find(filter, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (validator) => validator.validator_id);
    return { validators: rows.map(toResponse), next_cursor };
  }

  /**
   * @throws InvalidValueError unless it has exactly one place.
   * @throws AlreadyExistsError when the number is taken.
   */
  async create(asked: CreateValidator, request: WriteRequest): Promise<ValidatorResponse> {
    const { number, concessionaire_id = null, station_id = null, vehicle_id = null, route_id = null } = asked;
    if ((station_id === null) === (vehicle_id === null))
      throw new InvalidValueError('The validator is not acceptable.', [
        { pointer: '/station_id', detail: 'must be given, or else vehicle_id: a validator has one place' },
      ]);
    return this.writes
      .run({ evicts: evictions.validatorChanged, request }, async (manager) => {
        const created = await this.validators.create(manager, {
          number,
          concessionaire_id,
          station_id,
          vehicle_id,
          route_id,
        });
        return {
          response: toResponse(created),
          touches: null,
          audit: { object: { kind: 'validator', id: created.validator_id }, changes: asked },
        };
      })
      .catch((error: unknown) => {
        const [member, resource] = PLACES[violatedConstraint(error) ?? ''] ?? [];
        throw member && resource ? new NotFoundError(resource, asked[member]) : error;
      });
  }

  async change(
    validatorId: number,
    { status }: ChangeValidator,
    request: WriteRequest,
  ): Promise<ValidatorResponse> {
    return this.writes.run({ evicts: evictions.validatorChanged, request }, async (manager) => {
      const validator = await this.validators.lockOrFail(manager, validatorId);
      const response = toResponse({ ...validator, status });
      if (validator.status === status) return { response, nothingToDo: true };
      return {
        response,
        touches: null,
        audit: { object: { kind: 'validator', id: validatorId }, changes: { status } },
        change: () => this.validators.changeStatus(manager, validatorId, status),
      };
    });
  }
}

function toResponse({ received_through, ...validator }: Validator): ValidatorResponse {
  return { ...validator, next_expected_sequence: received_through + 1 };
}
