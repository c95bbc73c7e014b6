import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { FareQuote, QuoteRequest } from './dto/fare-quote.dto';
import { FareQuotesService } from './fare-quotes.service';

@ApiTags('fares')
@Controller('fares')
export class FareQuotesController {
  constructor(private readonly quotes: FareQuotesService) {}

  /**
   * What a boarding of a card would cost, and why; nothing is changed.
   *
   * @remarks The decision is that of `POST /trips/start`, from what the card has done so far.
   */
  @Post('quote')
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
