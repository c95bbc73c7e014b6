import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { FareQuote, QuoteRequest } from './dto/fare-quote.dto';
import { FareQuotesService } from './fare-quotes.service';

@ApiTags('fares')
@Controller('fares')
export class FareQuotesController {
  constructor(private readonly quotes: FareQuotesService) {}

  /**
   * Quote the fare of a boarding.
   *
   * @remarks It decides what a boarding of this card would cost and explains why, in the same way as `POST
   * /trips/start`. It changes nothing and locks nothing.
   */
  @Post('quote')
  @Requires('fares:quote', { own: 'card_id' })
  @HttpCode(200)
  @ApiProblems({
    404: 'card_not_found, route_not_found, station_not_found',
    409: 'card_not_active, route_inactive, station_inactive',
    422: 'invalid_value, station_not_on_route, no_tariff',
  })
  quote(@Body() request: QuoteRequest): Promise<FareQuote> {
    return this.quotes.quote(request);
  }
}
