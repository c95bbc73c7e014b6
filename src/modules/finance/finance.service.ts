import { Injectable } from '@nestjs/common';
import { NO_LOCALITY } from '../../common/no-locality';
import { AppConfig } from '../../platform/config/app-config';
import { RevenueResponse, RevenueByLocality } from './dto/revenue.dto';
import { FinanceRepository } from './finance.repository';

/** What fares earn, and what riders pay in by recharges. */
@Injectable()
export class FinanceService {
  constructor(
    private readonly finance: FinanceRepository,
    private readonly config: AppConfig,
  ) {}

  async revenue(): Promise<RevenueResponse> {
    const { fare_revenue, recharge_revenue } = await this.finance.revenue();
    return {
      total_revenue: fare_revenue,
      fare_revenue,
      recharge_revenue,
      currency: this.config.get('CURRENCY'),
    };
  }

  async revenueByLocality(): Promise<RevenueByLocality> {
    return { data: await this.finance.revenueByLocality(NO_LOCALITY), currency: this.config.get('CURRENCY') };
  }
}
