import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Param,
  Post,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idPipe } from '../../common/http/id.pipe';
import { BalanceNotSettledError, PayoutLimitError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Requires } from '../../platform/access/requires.decorator';
import { NoteRefusals } from '../../platform/audit/note-refusals.interceptor';
import { ApiEvicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { EraseUser, ErasureResponse } from './dto/erasure.dto';
import { UserExport } from './dto/user-export.dto';
import { ErasureService } from './erasure.service';
import { ExportService } from './export.service';

@ApiTags('users')
@Controller('users/:user_id')
export class PersonalDataController {
  constructor(
    private readonly exports: ExportService,
    private readonly erasures: ErasureService,
  ) {}

  /**
   * Export everything that is held on a rider.
   *
   * @remarks Use it when a rider asks what is stored. It reads one snapshot: the person, the cards, their
   * recharges, trips, taps and postings, the keys that are bound to the rider, and what the audit trail says of the
   * rider and the cards. It is sent as fast as the caller takes it, and is never cached. An answer whose
   * connection ends early is not whole, and no JSON. A process sends two exports at a time; a third one is
   * refused as `database_busy`. The export is itself noted in the audit trail.
   */
  @Get('export')
  @Requires('users:export', { own: 'user_id', noted: 'every read' })
  @Header('cache-control', 'no-store')
  @ApiId('user_id')
  @ApiOkResponse({ type: UserExport })
  @ApiProblems(NotFoundError.of('user'))
  async export(@Param('user_id', idPipe('user')) userId: number): Promise<StreamableFile> {
    return new StreamableFile(await this.exports.open(userId), { type: 'application/json' });
  }

  /**
   * Erase a rider's personal data.
   *
   * @remarks Use it when a rider asks to be forgotten. It overwrites the name and everything else that says
   * something about the person, also in stored responses, and it cannot be undone. The cards are blocked for good
   * and the rider's keys are revoked; the postings and trips stay under the numbers, because accounts must be
   * kept. It is refused while a card owes money, and while one has a balance, unless `pay_out` is true: then the
   * balance is posted as paid out from the cash account of the channel `default`. A second erasure changes
   * nothing and returns the same. It locks the rider and all cards of the rider.
   */
  @Post('erasure')
  @HttpCode(200)
  @Requires('users:erase')
  @UseInterceptors(NoteRefusals)
  @ApiEvicts(evictions.userErased)
  @Repeatable()
  @ApiId('user_id', 50)
  @ApiProblems(NotFoundError.of('user'), BalanceNotSettledError, PayoutLimitError)
  erase(
    @Param('user_id', idPipe('user')) userId: number,
    @Body() { pay_out }: EraseUser,
    @Write() request: WriteRequest,
  ): Promise<ErasureResponse> {
    return this.erasures.erase(userId, pay_out ?? false, request);
  }
}
