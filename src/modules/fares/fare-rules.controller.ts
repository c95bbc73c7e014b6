import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public, Requires } from '../../platform/access/requires.decorator';
import { Cached, Evicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { Concessions, FareLimits, Tariffs, TransferPrices, TransferRules } from './dto/fare-rules.dto';
import { FaresInForce, FaresQuery } from './dto/fares-in-force.dto';
import { FareRulesService } from './fare-rules.service';
import { FaresService } from './fares.service';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

const RULE_PROBLEMS = { 422: 'invalid_value' };

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
   * @remarks Without `on` it returns the rules of today. Only today's rules are cached; another day is read
   * from the database.
   */
  @Get()
  @Public()
  @Cached(cacheKeys.faresOn, { today: 'on', mayBeStale: true })
  @ApiProblems(RULE_PROBLEMS)
  inForce(@Query() { on }: FaresQuery): Promise<FaresInForce> {
    return this.fares.inForce(on);
  }

  /**
   * List the tariffs.
   *
   * @remarks It returns the prices of the past, of today and of the future.
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
   * @remarks A tariff is the price of one component, such as `trunk`. It is valid from `valid_from`, which must
   * be a day in the future; a rule for the same day is replaced. What was already charged does not change, and
   * no card is locked.
   */
  @Post('tariffs')
  @Requires('fares:write')
  @Evicts(evictions.tariffSet)
  @ApiProblems(RULE_PROBLEMS)
  setTariff(@Body() tariff: Tariff): Promise<Tariff> {
    return this.rules.setTariff(tariff);
  }

  /**
   * List the transfer rules.
   *
   * @remarks They say which boardings are transfers. Past and future rules are included.
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
   * @remarks It says which boardings are transfers: how soon, how many, and which are excluded. It is valid
   * from `valid_from`, which must be a day in the future; a rule for the same day is replaced. What was already
   * charged does not change, and no card is locked.
   */
  @Post('transfer-rules')
  @Requires('fares:write')
  @Evicts(evictions.transferRuleSet)
  @ApiProblems(RULE_PROBLEMS)
  setTransferRule(@Body() rule: TransferRule): Promise<TransferRule> {
    return this.rules.setTransferRule(rule);
  }

  /**
   * List the transfer prices.
   *
   * @remarks A transfer for which there is no row is free. Past and future prices are included.
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
   * @remarks It says what a transfer from one component to another costs. It is valid from `valid_from`, which
   * must be a day in the future; a rule for the same day is replaced. What was already charged does not change,
   * and no card is locked.
   */
  @Post('transfer-prices')
  @Requires('fares:write')
  @Evicts(evictions.transferPriceSet)
  @ApiProblems(RULE_PROBLEMS)
  setTransferPrice(@Body() price: TransferPrice): Promise<TransferPrice> {
    return this.rules.setTransferPrice(price);
  }

  /**
   * List the concessions.
   *
   * @remarks They say what each category of riders pays. A category for which there is no row pays the standard
   * price.
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
   * @remarks It says what a category of riders pays for one component. It is valid from `valid_from`, which
   * must be a day in the future; a rule for the same day is replaced. What was already charged does not change,
   * and no card is locked.
   */
  @Post('concessions')
  @Requires('fares:write')
  @Evicts(evictions.concessionSet)
  @ApiProblems(RULE_PROBLEMS)
  setConcession(@Body() concession: Concession): Promise<Concession> {
    return this.rules.setConcession(concession);
  }

  /**
   * List the fare limits.
   *
   * @remarks They are the number of boardings on credit, the seconds of a passback, and the daily cap.
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
   * @remarks It bounds boardings on credit, passbacks, or what a card pays in a day. It is valid from
   * `valid_from`, which must be a day in the future; a rule for the same day is replaced. What was already
   * charged does not change, and no card is locked.
   */
  @Post('limits')
  @Requires('fares:write')
  @Evicts(evictions.fareLimitSet)
  @ApiProblems(RULE_PROBLEMS)
  setLimit(@Body() limit: FareLimit): Promise<FareLimit> {
    return this.rules.setLimit(limit);
  }
}
