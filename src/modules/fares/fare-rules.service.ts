import { Injectable } from '@nestjs/common';
import type { EntityTarget } from 'typeorm';
import { type Eviction, evictions, type FareRuleSubject } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import type { Concessions, FareLimits, Tariffs, TransferPrices, TransferRules } from './dto/fare-rules.dto';
import { FaresRepository } from './fares.repository';
import { isInTime } from './notice';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

/** Lists and sets fare rules. A rule of a future day can be set; a rule that is already valid cannot be changed. */
@Injectable()
export class FareRulesService {
  constructor(
    private readonly fares: FaresRepository,
    private readonly writes: Writes,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  async tariffs(): Promise<Tariffs> {
    return { tariffs: await this.fares.list(Tariff) };
  }

  async transferRules(): Promise<TransferRules> {
    return { transfer_rules: await this.fares.list(TransferRule) };
  }

  async transferPrices(): Promise<TransferPrices> {
    return { transfer_prices: await this.fares.list(TransferPrice) };
  }

  async concessions(): Promise<Concessions> {
    return { concessions: await this.fares.list(Concession) };
  }

  async limits(): Promise<FareLimits> {
    return { limits: await this.fares.list(FareLimit) };
  }

  async setTariff(tariff: Tariff, request: WriteRequest): Promise<Tariff> {
    return this.set(Tariff, 'tariff', tariff, evictions.tariffSet, request);
  }

  async setTransferRule(rule: TransferRule, request: WriteRequest): Promise<TransferRule> {
    return this.set(
      TransferRule,
      'transfer_rule',
      { ...rule, most_transfers: rule.most_transfers ?? null },
      evictions.transferRuleSet,
      request,
    );
  }

  async setTransferPrice(price: TransferPrice, request: WriteRequest): Promise<TransferPrice> {
    const row = { ...price, ...oneOf(price) };
    return this.set(TransferPrice, 'transfer_price', row, evictions.transferPriceSet, request);
  }

  async setConcession(concession: Concession, request: WriteRequest): Promise<Concession> {
    const row = { ...concession, ...oneOf(concession), monthly_quota: concession.monthly_quota ?? null };
    return this.set(Concession, 'concession', row, evictions.concessionSet, request);
  }

  async setLimit(limit: FareLimit, request: WriteRequest): Promise<FareLimit> {
    const row = { ...limit, value: limit.value ?? null };
    return this.set(FareLimit, 'fare_limit', row, evictions.fareLimitSet, request);
  }

  private async set<Rule extends { valid_from: string }>(
    rule: EntityTarget<Rule>,
    kind: string,
    row: Rule,
    evicts: Eviction<FareRuleSubject>,
    request: WriteRequest,
  ): Promise<Rule> {
    return this.writes.run({ evicts, request }, (manager) => {
      const now = this.clock.now();
      if (!isInTime(row.valid_from, now, this.calendar))
        throw refusal(
          '/valid_from',
          'must be a day in the future that begins in a minute or later, because a rule that has begun cannot be changed',
        );
      return {
        response: row,
        // Today's key is evicted too, because for a process whose clock is ahead the rule's first day may have begun.
        touches: { days: [this.calendar.dayOf(now), row.valid_from] },
        audit: { object: { kind, id: this.fares.keyOf(rule, row) }, changes: row },
        change: () => this.fares.set(manager, rule, row),
      };
    });
  }
}

/** @throws InvalidValueError if there are both a price and a percentage. */
function oneOf({
  price,
  percent_off,
}: Pick<Concession, 'price' | 'percent_off'>): Pick<Concession, 'price' | 'percent_off'> {
  const row = { price: price ?? null, percent_off: percent_off ?? null };
  if (row.price !== null && row.percent_off !== null)
    throw refusal('/percent_off', 'must be left out when there is a price');
  return row;
}

function refusal(pointer: string, detail: string): InvalidValueError {
  return new InvalidValueError('The rule is not acceptable.', [{ pointer, detail }]);
}
