import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, MoreThan, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import type { Statement } from '../../platform/postgres/statement';
import { Validator, type ValidatorStatus } from './validator.entity';

const COLUMNS = `validator_id, number, concessionaire_id, station_id, vehicle_id, route_id, status, hotlist_version,
  clock_offset_ms, last_heard_at, received_through, highest_sequence`;

/** What a batch of taps changes of its device. */
export type HeardValidator = Pick<
  Validator,
  | 'validator_id'
  | 'hotlist_version'
  | 'clock_offset_ms'
  | 'last_heard_at'
  | 'received_through'
  | 'highest_sequence'
>;

/** Which validators are listed; what is left out is not required. */
type ValidatorFilter = Partial<Pick<Validator, 'concessionaire_id' | 'station_id' | 'vehicle_id' | 'status'>>;

@Injectable()
export class ValidatorsRepository {
  constructor(@InjectRepository(Validator) private readonly validators: Repository<Validator>) {}

  /** Finds validators by their ids, one row more than the limit. */
  async find(
    { concessionaire_id, station_id, vehicle_id, status }: ValidatorFilter,
    afterId: number | null,
    limit: number,
  ): Promise<Validator[]> {
    return this.validators.find({
      where: {
        validator_id: MoreThan(afterId ?? 0),
        ...(concessionaire_id && { concessionaire_id }),
        ...(station_id && { station_id }),
        ...(vehicle_id && { vehicle_id }),
        ...(status && { status }),
      },
      order: { validator_id: 'ASC' },
      take: limit + 1,
    });
  }

  /**
   * Reads the validator and locks it until the transaction ends: what it reports is taken one batch after the other. It is
   * locked before any card.
   */
  async lockOrFail(manager: EntityManager, validatorId: number): Promise<Validator> {
    const [validator] = await manager.query<Validator[]>(
      `SELECT ${COLUMNS} FROM validators WHERE validator_id = $1 FOR NO KEY UPDATE`,
      [validatorId],
    );
    if (!validator) throw new NotFoundError('validator', validatorId);
    return validator;
  }

  async findOrFail(manager: EntityManager, validatorId: number): Promise<Validator> {
    const [validator] = await manager.query<Validator[]>(
      `SELECT ${COLUMNS} FROM validators WHERE validator_id = $1`,
      [validatorId],
    );
    if (!validator) throw new NotFoundError('validator', validatorId);
    return validator;
  }

  async create(
    manager: EntityManager,
    validator: Pick<Validator, 'number' | 'concessionaire_id' | 'station_id' | 'vehicle_id' | 'route_id'>,
  ): Promise<Validator> {
    return manager.getRepository(Validator).save({
      ...validator,
      status: 'active',
      hotlist_version: null,
      clock_offset_ms: null,
      last_heard_at: null,
      received_through: 0,
      highest_sequence: 0,
    });
  }

  async changeStatus(manager: EntityManager, validatorId: number, status: ValidatorStatus): Promise<void> {
    await manager.update(Validator, { validator_id: validatorId }, { status });
  }

  hearing(heard: HeardValidator): Statement {
    return {
      text: `UPDATE validators SET hotlist_version = coalesce($2, hotlist_version), clock_offset_ms = coalesce($3, clock_offset_ms),
                                   last_heard_at = coalesce($4, last_heard_at), received_through = $5, highest_sequence = $6
             WHERE validator_id = $1`,
      values: [
        heard.validator_id,
        heard.hotlist_version,
        heard.clock_offset_ms,
        heard.last_heard_at,
        heard.received_through,
        heard.highest_sequence,
      ],
    };
  }
}
