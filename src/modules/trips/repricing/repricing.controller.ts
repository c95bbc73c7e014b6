import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../../../common/http/api-problems.decorator';
import { NoTariffError } from '../../../common/http/problem/trip-errors';
import { LargeBody } from '../../../common/http/request/operation';
import { Requires } from '../../../platform/access/requires.decorator';
import { Repricing, RepricingRequest } from '../dto/repricing.dto';
import { RepricingService } from './repricing.service';

@ApiTags('fares')
@Controller('fares')
export class RepricingController {
  constructor(private readonly repricing: RepricingService) {}

  /**
   * Price a day again by other rules.
   *
   * @remarks Use it before a new rule is announced, to see what it would change. It decides every fare of a day that is over
   * by the rules of that day and the given ones in their place, in the same way as `POST /trips/start` does, and compares
   * them with what was charged. It changes nothing. The boardings are taken as they were: a rider who was refused, or who
   * would ride more for a lower price, is not in them. Balances and credit do not count, and riders who were erased are
   * priced as `standard`. A day with more than about 50,000 boardings is sampled by cards, and `sampled` says how well. One
   * request at a time is worked on in a process.
   */
  @Post('repricing')
  @Requires('fares:read')
  @HttpCode(200)
  @LargeBody()
  @ApiProblems(NoTariffError)
  async reprice(
    @Body() request: RepricingRequest,
    @Res({ passthrough: true }) { raw }: FastifyReply,
  ): Promise<Repricing> {
    const leaving = new AbortController();
    raw.once('close', () => leaving.abort());
    return this.repricing.reprice(request, leaving.signal);
  }
}
