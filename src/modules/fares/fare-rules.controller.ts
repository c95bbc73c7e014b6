import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** What holds today, or on the day that is named. */
  @Get()
  @Cached(cacheKeys.faresOn, { today: 'on', mayBeStale: true })
  @ApiProblems(RULE_PROBLEMS)
  inForce(@Query() { on }: FaresQuery): Promise<FaresInForce> {
    return this.fares.inForce(on);
  }

  /** The prices of all times. */
  @Get('tariffs')
  @Cached(cacheKeys.fareTariffs, { mayBeStale: true })
  tariffs(): Promise<Tariffs> {
    return this.rules.tariffs();
  }

  /** Sets a price from a day of the future on; one that was set for that day already is replaced. */
  @Post('tariffs')
  @Evicts(evictions.tariffSet)
  @ApiProblems(RULE_PROBLEMS)
  setTariff(@Body() tariff: Tariff): Promise<Tariff> {
    return this.rules.setTariff(tariff);
  }

  /** What is a transfer, at all times. */
  @Get('transfer-rules')
  @Cached(cacheKeys.fareTransferRules, { mayBeStale: true })
  transferRules(): Promise<TransferRules> {
    return this.rules.transferRules();
  }

  /** Sets what is a transfer from a day of the future on; what was set for that day already is replaced. */
  @Post('transfer-rules')
  @Evicts(evictions.transferRuleSet)
  @ApiProblems(RULE_PROBLEMS)
  setTransferRule(@Body() rule: TransferRule): Promise<TransferRule> {
    return this.rules.setTransferRule(rule);
  }

  /** What transfers cost, at all times; one without a row costs nothing. */
  @Get('transfer-prices')
  @Cached(cacheKeys.fareTransferPrices, { mayBeStale: true })
  transferPrices(): Promise<TransferPrices> {
    return this.rules.transferPrices();
  }

  /** Sets what transfers cost from a day of the future on; what was set for that day already is replaced. */
  @Post('transfer-prices')
  @Evicts(evictions.transferPriceSet)
  @ApiProblems(RULE_PROBLEMS)
  setTransferPrice(@Body() price: TransferPrice): Promise<TransferPrice> {
    return this.rules.setTransferPrice(price);
  }

  /** What categories of riders pay, at all times; one without a row pays the standard price. */
  @Get('concessions')
  @Cached(cacheKeys.fareConcessions, { mayBeStale: true })
  concessions(): Promise<Concessions> {
    return this.rules.concessions();
  }

  /** Sets a concession from a day of the future on; one that was set for that day already is replaced. */
  @Post('concessions')
  @Evicts(evictions.concessionSet)
  @ApiProblems(RULE_PROBLEMS)
  setConcession(@Body() concession: Concession): Promise<Concession> {
    return this.rules.setConcession(concession);
  }

  /** Credit boardings, passback and the daily cap, at all times. */
  @Get('limits')
  @Cached(cacheKeys.fareLimits, { mayBeStale: true })
  limits(): Promise<FareLimits> {
    return this.rules.limits();
  }

  /** Sets a limit from a day of the future on; one that was set for that day already is replaced. */
  @Post('limits')
  @Evicts(evictions.fareLimitSet)
  @ApiProblems(RULE_PROBLEMS)
  setLimit(@Body() limit: FareLimit): Promise<FareLimit> {
    return this.rules.setLimit(limit);
  }
}
