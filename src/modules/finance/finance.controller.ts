import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { RevenueResponse, RevenueByLocality } from './dto/revenue.dto';
import { FinanceService } from './finance.service';

@ApiTags('finance')
@Controller()
export class FinanceController {
  constructor(private readonly finance: FinanceService) {}

  /**
   * Get the total revenue.
   *
   * @remarks Use it for a report or a dashboard. It returns what fares earned and what was paid in by recharges,
   * summed from the ledger's postings. The service keeps running totals, so it costs the same however many
   * postings there are.
   */
  @Get(['finance/revenue', 'trips/finance/revenue'])
  @Requires('revenue:read')
  @Cached(cacheKeys.financeTotalRevenue)
  revenue(): Promise<RevenueResponse> {
    return this.finance.revenue();
  }

  /**
   * Get the revenue by locality.
   *
   * @remarks Use it to compare parts of the city. It returns what fares earned, by the locality of the boarding
   * station. The service keeps running totals, so it costs the same however many trips there are.
   */
  @Get('finance/revenue/localities')
  @Requires('revenue:read')
  @Cached(cacheKeys.financeRevenueByLocalities)
  revenueByLocality(): Promise<RevenueByLocality> {
    return this.finance.revenueByLocality();
  }
}
