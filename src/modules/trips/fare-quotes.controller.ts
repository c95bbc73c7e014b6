import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { CardNotActiveError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import {
  NoTariffError,
  RouteInactiveError,
  StationInactiveError,
  StationNotOnRouteError,
} from '../../common/http/problem/trip-errors';
import { FareQuote, QuoteRequest } from './dto/fare-quote.dto';
import { FareQuotesService } from './fare-quotes.service';

@ApiTags('fares')
@Controller('fares')
export class FareQuotesController {
  constructor(private readonly quotes: FareQuotesService) {}

  /**
   * Quote the fare of a boarding.
   *
   * @remarks Use it to tell a rider the price before a ride. It decides what a boarding of this card would cost
   * and explains why, in the same way as `POST /trips/start`. It changes nothing and locks nothing. The answer says
   * something of the rider: the balance, a concession, the last trip. Therefore the audit trail notes it, and each card
   * counts as a look-up. A validator of a station quotes for that station. `at` needs the scope `trips:read`, too,
   * because quotes for other times would say when and where the card was used.
   */
  @Post('quote')
  @Requires('fares:quote', {
    own: 'card_id',
    at: 'station',
    members: { at: 'trips:read' },
    noted: 'read',
  })
  @HttpCode(200)
  @ApiProblems(
    NotFoundError.of('card'),
    NotFoundError.of('route'),
    NotFoundError.of('station'),
    CardNotActiveError,
    RouteInactiveError,
    StationInactiveError,
    StationNotOnRouteError,
    NoTariffError,
  )
  quote(@Body() request: QuoteRequest): Promise<FareQuote> {
    return this.quotes.quote(request);
  }
}
