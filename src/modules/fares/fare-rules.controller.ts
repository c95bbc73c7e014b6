import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Public, Requires } from '../../platform/access/requires.decorator';
import { Cached, ApiEvicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Concessions, FareLimits, Tariffs, TransferPrices, TransferRules } from './dto/fare-rules.dto';
import { FaresInForce, FaresQuery } from './dto/fares-in-force.dto';
import { FareRulesService } from './fare-rules.service';
import { FaresService } from './fares.service';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

@ApiTags('fares')
@Controller('fares')
export class FareRulesController {
  constructor(
    private readonly fares: FaresService,
    private readonly rules: FareRulesService,
  ) {}

  /**
   * Get the fare rules of a day.
   *
   * @remarks Use it to see what holds on a day: prices, transfers, concessions and limits. Without `on` it
   * returns the rules of today. Only today's rules are cached; those of another day are read from the database.
   */
  @Get()
  @Public()
  @Cached(cacheKeys.faresOn, { today: 'on', mayBeStale: true })
  inForce(@Query() { on }: FaresQuery): Promise<FaresInForce> {
    return this.fares.inForce(on);
  }

  /**
   * List the tariffs.
   *
   * @remarks Use it to see how prices changed, and which changes are announced. It returns the prices of the
   * past, of today and of the future, the latest first.
   */
  @Get('tariffs')
  @Requires('fares:read')
  @Cached(cacheKeys.fareTariffs, { mayBeStale: true })
  tariffs(): Promise<Tariffs> {
    return this.rules.tariffs();
  }

  /**
   * Set a tariff.
   *
   * @remarks Use it to announce a new price. A tariff is the standard price of one component, such as `trunk`. It
   * is valid from `valid_from`, which must be a day in the future; a rule for the same day is replaced. Fares
   * that were already charged do not change, and no card is locked.
   */
  @Post('tariffs')
  @Requires('fares:write')
  @Repeatable()
  @ApiEvicts(evictions.tariffSet)
  setTariff(@Body() tariff: Tariff, @Write() request: WriteRequest): Promise<Tariff> {
    return this.rules.setTariff(tariff, request);
  }

  /**
   * List the transfer rules.
   *
   * @remarks Use it to see which boardings are transfers. It returns the rules of the past, of today and of the
   * future, the latest first.
   */
  @Get('transfer-rules')
  @Requires('fares:read')
  @Cached(cacheKeys.fareTransferRules, { mayBeStale: true })
  transferRules(): Promise<TransferRules> {
    return this.rules.transferRules();
  }

  /**
   * Set a transfer rule.
   *
   * @remarks Use it to announce how transfers will work: how long they are possible, how many, and which
   * boardings are excluded. It is valid from `valid_from`, which must be a day in the future; a rule for the
   * same day is replaced. Fares that were already charged do not change, and no card is locked.
   */
  @Post('transfer-rules')
  @Requires('fares:write')
  @Repeatable()
  @ApiEvicts(evictions.transferRuleSet)
  setTransferRule(@Body() rule: TransferRule, @Write() request: WriteRequest): Promise<TransferRule> {
    return this.rules.setTransferRule(rule, request);
  }

  /**
   * List the transfer prices.
   *
   * @remarks Use it to see what transfers cost. A transfer without a row is free. It returns the prices of the
   * past, of today and of the future, the latest first.
   */
  @Get('transfer-prices')
  @Requires('fares:read')
  @Cached(cacheKeys.fareTransferPrices, { mayBeStale: true })
  transferPrices(): Promise<TransferPrices> {
    return this.rules.transferPrices();
  }

  /**
   * Set a transfer price.
   *
   * @remarks Use it to announce what a transfer from one component to another will cost. It is valid from
   * `valid_from`, which must be a day in the future; a rule for the same day is replaced. Fares that were
   * already charged do not change, and no card is locked.
   */
  @Post('transfer-prices')
  @Requires('fares:write')
  @Repeatable()
  @ApiEvicts(evictions.transferPriceSet)
  setTransferPrice(@Body() price: TransferPrice, @Write() request: WriteRequest): Promise<TransferPrice> {
    return this.rules.setTransferPrice(price, request);
  }

  /**
   * List the concessions.
   *
   * @remarks Use it to see what each category of riders pays. A category without a row pays the standard price. It
   * returns the rows of the past, of today and of the future, the latest first.
   */
  @Get('concessions')
  @Requires('fares:read')
  @Cached(cacheKeys.fareConcessions, { mayBeStale: true })
  concessions(): Promise<Concessions> {
    return this.rules.concessions();
  }

  /**
   * Set a concession.
   *
   * @remarks Use it to announce what a category of riders will pay for one component. It is valid from
   * `valid_from`, which must be a day in the future; a rule for the same day is replaced. Fares that were
   * already charged do not change, and no card is locked.
   */
  @Post('concessions')
  @Requires('fares:write')
  @Repeatable()
  @ApiEvicts(evictions.concessionSet)
  setConcession(@Body() concession: Concession, @Write() request: WriteRequest): Promise<Concession> {
    return this.rules.setConcession(concession, request);
  }

  /**
   * List the fare limits.
   *
   * @remarks Use it to see the number of boardings on credit, the seconds of a passback, and the daily cap. It
   * returns the limits of the past, of today and of the future, the latest first.
   */
  @Get('limits')
  @Requires('fares:read')
  @Cached(cacheKeys.fareLimits, { mayBeStale: true })
  limits(): Promise<FareLimits> {
    return this.rules.limits();
  }

  /**
   * Set a fare limit.
   *
   * @remarks Use it to announce a limit of boardings on credit, of passbacks, or of what a card pays in a day.
   * It is valid from `valid_from`, which must be a day in the future; a rule for the same day is replaced.
   * Fares that were already charged do not change, and no card is locked.
   */
  @Post('limits')
  @Requires('fares:write')
  @Repeatable()
  @ApiEvicts(evictions.fareLimitSet)
  setLimit(@Body() limit: FareLimit, @Write() request: WriteRequest): Promise<FareLimit> {
    return this.rules.setLimit(limit, request);
  }
}
