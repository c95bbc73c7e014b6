import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idPipe } from '../../common/http/id.pipe';
import { AlreadyExistsError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiEvicts, Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { LateValidators } from './dto/late-validators.dto';
import {
  ChangeValidator,
  CreateValidator,
  ValidatorPage,
  ValidatorResponse,
  ValidatorsQuery,
} from './dto/validators.dto';
import { LateValidatorsService } from './late-validators.service';
import { ValidatorsService } from './validators.service';

@ApiTags('validators')
@Controller('validators')
export class ValidatorsController {
  constructor(
    private readonly validators: ValidatorsService,
    private readonly late: LateValidatorsService,
  ) {}

  /**
   * List validators.
   *
   * @remarks Use it to find devices that were not heard of for a while, have an old hotlist, or have taps missing. Filter by
   * place, concessionaire or status. The list comes in pages and changes nothing.
   */
  @Get()
  @Requires('validators:read')
  list(@Query() query: ValidatorsQuery): Promise<ValidatorPage> {
    return this.validators.list(query);
  }

  /**
   * List late validators.
   *
   * @remarks Use it on the wall of a control centre: which devices were not heard of for long, from which taps are missing or wait for a
   * person, and how far their hotlist is behind. A device is silent if it was last heard of more than `VALIDATOR_LATE_MINUTES` before
   * the one that was heard of last, so none is at night, when nobody rides. It changes nothing.
   */
  @Get('late')
  @Requires('validators:read')
  @Cached(cacheKeys.validatorsLate)
  listLate(): Promise<LateValidators> {
    return this.late.find();
  }

  /**
   * Register a validator.
   *
   * @remarks Use it when a device is installed. It is at a station or in a vehicle, and stays there: a device that moves is
   * registered anew. Then make its key, which is bound to it. It stores one row and locks no card.
   */
  @Post()
  @Requires('validators:write')
  @ApiEvicts(evictions.validatorChanged)
  @ApiProblems(
    NotFoundError.of('station'),
    NotFoundError.of('vehicle'),
    NotFoundError.of('route'),
    NotFoundError.of('concessionaire'),
    AlreadyExistsError,
  )
  create(@Body() validator: CreateValidator, @Write() request: WriteRequest): Promise<ValidatorResponse> {
    return this.validators.create(validator, request);
  }

  /**
   * Take a validator out of service, or into it.
   *
   * @remarks Use it when a device is broken. What it still has in its memory is handed in by an agent. For a stolen device also
   * revoke its key. It changes one row, waits for a batch of this device that is being taken, and locks no card.
   */
  @Patch(':validator_id')
  @Requires('validators:write')
  @ApiEvicts(evictions.validatorChanged)
  @ApiId('validator_id', 2)
  @ApiProblems(NotFoundError.of('validator'))
  change(
    @Param('validator_id', idPipe('validator')) validatorId: number,
    @Body() change: ChangeValidator,
    @Write() request: WriteRequest,
  ): Promise<ValidatorResponse> {
    return this.validators.change(validatorId, change, request);
  }
}
