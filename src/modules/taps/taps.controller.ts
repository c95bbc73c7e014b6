import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idPipe } from '../../common/http/id.pipe';
import { RiderErasedError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { TapAlreadyResolvedError, ValidatorNotActiveError } from '../../common/http/problem/tap-errors';
import { NoTariffError, StationNotOnRouteError } from '../../common/http/problem/trip-errors';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { LargeBody } from '../../common/http/request/operation';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiEvicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { SuspenseQuery } from './dto/tap-queries.dto';
import { ReportedTaps, ResolveTap } from './dto/tap-requests.dto';
import { SuspendedTapPage, SuspendedTapResponse, TapResults } from './dto/tap-responses.dto';
import { SuspenseService } from './suspense.service';
import { TapsService } from './taps.service';

@ApiTags('validators')
@Controller('taps')
export class TapsController {
  constructor(
    private readonly taps: TapsService,
    private readonly suspense: SuspenseService,
  ) {}

  /**
   * Report taps that a validator has decided by itself.
   *
   * @remarks A device sends what happened while it was not connected, up to 1,000 taps in any order, and sends again what was not
   * answered: each sequence number counts once. An entry is charged by the rules of its own time, also if the card cannot pay:
   * then the card owes it. If other boardings of the card follow it, their fares are decided again, and the difference is
   * posted as an adjustment. What cannot be charged waits for a person, and takes nothing else of the batch with it. All is
   * stored in one transaction, which locks the device, and then the cards of the batch in the order of their ids.
   */
  @Post()
  @Requires('taps:write', {
    at: 'device',
    members: { validator_id: 'taps:send', on_behalf_of: 'taps:hand-in' },
  })
  @HttpCode(200)
  @LargeBody()
  @ApiEvicts(evictions.tapsTaken)
  @ApiProblems(NotFoundError.of('validator'), ValidatorNotActiveError)
  take(@Body() taps: ReportedTaps, @Write() request: WriteRequest): Promise<TapResults> {
    return this.taps.take(taps, request);
  }

  /**
   * List taps for which a person decides.
   *
   * @remarks Use it to see what was reported and could not be charged: an unknown card or station, a time that cannot be, or a
   * sequence number that a device has used twice. The list comes in pages, the oldest first.
   */
  @Get('suspense')
  @Requires('taps:read', { noted: 'read' })
  listSuspended(@Query() query: SuspenseQuery): Promise<SuspendedTapPage> {
    return this.suspense.list(query);
  }

  /**
   * Decide about a tap in suspense.
   *
   * @remarks Use it to charge the tap to a card, at a station, on a route and at a time, each as it was sent unless the body names
   * another one; or to dismiss it. A charge counts at the time of the tap: later taps of the card are adjusted. It is decided
   * once, the reason is kept, and the audit trail remembers who did it. It locks the tap, and then the card.
   */
  @Post(':suspense_id/resolution')
  @Requires('taps:resolve')
  @HttpCode(200)
  @ApiEvicts(evictions.tapsTaken)
  @ApiId('suspense_id')
  @Repeatable()
  @ApiProblems(
    NotFoundError.of('suspended_tap'),
    NotFoundError.of('card'),
    NotFoundError.of('station'),
    NotFoundError.of('route'),
    TapAlreadyResolvedError,
    RiderErasedError,
    StationNotOnRouteError,
    NoTariffError,
  )
  resolve(
    @Param('suspense_id', idPipe('suspended_tap')) suspenseId: number,
    @Body() decided: ResolveTap,
    @Write() request: WriteRequest,
  ): Promise<SuspendedTapResponse> {
    return this.suspense.resolve(suspenseId, decided, request);
  }
}
