import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NoTariffError } from '../../common/http/problem/trip-errors';
import { LargeBody } from '../../common/http/request/operation';
import { PriceResponse, PriceRequest } from './dto/price.dto';
import { PricesService } from './prices.service';

@ApiTags('fares')
@Controller('fares')
export class PricesController {
  constructor(private readonly prices: PricesService) {}

  /**
   * Price a sequence of boardings.
   *
   * @remarks Use it to plan or to check fares without a card. It decides the fare of each boarding by the rules of
   * its time, and explains it. It reads only the rules, stores nothing and locks nothing. Routes and stations
   * need not exist in this service: their names only tell which boardings are on the same route or at the same
   * station.
   */
  @Post('price')
  @Public()
  @HttpCode(200)
  @LargeBody()
  @ApiProblems(NoTariffError)
  price(@Body() request: PriceRequest): Promise<PriceResponse> {
    return this.prices.price(request);
  }
}
