import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { ApiTable, Table, type TableReply } from '../../common/http/csv';
import { TotalsIncompleteError } from '../../common/http/problem/service-errors';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { RevenueResponse, RevenueByLocality } from './dto/revenue.dto';
import { RechargeSeries, RechargeSeriesQuery, RevenueSeries, RevenueSeriesQuery } from './dto/series.dto';
import { FinanceService } from './finance.service';
import { RECHARGE_COLUMNS, REVENUE_COLUMNS, SeriesService } from './series/series.service';

@ApiTags('finance')
@Controller()
export class FinanceController {
  constructor(
    private readonly finance: FinanceService,
    private readonly series: SeriesService,
  ) {}

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

  /**
   * Get the revenue by day or hour.
   *
   * @remarks Use it for a chart or a report. It returns what fares earned in each service day or hour of a span, by
   * locality or concessionaire if asked for. Rows in which nothing was are left out. A boarding counts for the
   * locality that its station is in now, and for the concessionaire that earned its fare. It reads running totals, so it
   * costs the same however long the history is. With `Accept: text/csv` the rows are sent as CSV.
   */
  @Get('finance/revenue/series')
  @Requires('revenue:read')
  @ApiTable(RevenueSeries, REVENUE_COLUMNS)
  @ApiProblems(TotalsIncompleteError)
  async revenueSeries(
    @Query() query: RevenueSeriesQuery,
    @Table() table: TableReply,
  ): Promise<RevenueSeries | string> {
    return table.answer(await this.series.revenue(query), 'revenue', REVENUE_COLUMNS);
  }

  /**
   * Get the recharges by day or hour.
   *
   * @remarks Use it for a chart or a report. It returns what was recharged, reversed and paid out in each service day or
   * hour of a span, by channel or recharge point if asked for. A reversal counts when it was made. Rows in which nothing
   * was are left out. It reads running totals, so it costs the same however long the history is. With
   * `Accept: text/csv` the rows are sent as CSV.
   */
  @Get('finance/recharges/series')
  @Requires('revenue:read')
  @ApiTable(RechargeSeries, RECHARGE_COLUMNS)
  @ApiProblems(TotalsIncompleteError)
  async rechargeSeries(
    @Query() query: RechargeSeriesQuery,
    @Table() table: TableReply,
  ): Promise<RechargeSeries | string> {
    return table.answer(await this.series.recharges(query), 'recharges', RECHARGE_COLUMNS);
  }
}
