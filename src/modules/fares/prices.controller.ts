import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { LargeBody } from '../../common/http/request/operation';
import { PriceAnswer, PriceRequest } from './dto/price.dto';
import { PricesService } from './prices.service';

@ApiTags('fares')
@Controller('fares')
export class PricesController {
  constructor(private readonly prices: PricesService) {}

  /**
   * What a sequence of boardings would cost, by the rules of those times, and why; nothing is stored.
   *
   * @remarks Routes and stations need not exist here: they only say which boardings are of the same.
   */
  @Post('price')
  @HttpCode(200)
  @LargeBody()
  @ApiProblems({ 422: 'invalid_value, no_tariff' })
  price(@Body() request: PriceRequest): Promise<PriceAnswer> {
    return this.prices.price(request);
  }
}
