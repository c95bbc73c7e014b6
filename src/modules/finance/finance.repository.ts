import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import {
  LOCATION_OF_BOARDING,
  TotalsRollup,
  isAfterWatermark,
  watermarkOf,
} from '../maintenance/totals-rollup';
import { Posting } from '../ledger/posting.entity';
import { SIGNED_AMOUNT } from '../ledger/signed-amount';
import { LocalityRevenue } from './dto/revenue.dto';

/** Revenue, summed from the ledger's postings. */
@Injectable()
export class FinanceRepository {
  constructor(
    @InjectRepository(Posting) private readonly postings: Repository<Posting>,
    private readonly totalsRollup: TotalsRollup,
  ) {}

  async revenue(): Promise<Revenue> {
    const [revenue] = await this.totalsRollup.read('postings', (watermark) =>
      this.postings.query<(Revenue & { watermark: number })[]>(
        `WITH sums AS (
           SELECT kind, amount FROM posting_totals
           UNION ALL SELECT kind, sum(${SIGNED_AMOUNT}) FROM postings WHERE ${isAfterWatermark('postings', '$1')} GROUP BY kind)
         SELECT coalesce(sum(amount) FILTER (WHERE kind IN ('fare', 'fare_adjustment')), 0) AS fare_revenue,
                coalesce(sum(amount) FILTER (WHERE kind = 'recharge'), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind IN ('reversal', 'payout')), 0) AS recharge_revenue,
                ${watermarkOf('postings')} AS watermark
         FROM sums`,
        [watermark],
      ),
    );
    if (!revenue) throw new Error('an aggregate returned no row');
    return revenue;
  }

  /** The revenue of each locality of the boarding station, highest first. */
  async revenueByLocality(nameless: string): Promise<LocalityRevenue[]> {
    return this.totalsRollup.read('trips', (watermark) =>
      this.postings.query<(LocalityRevenue & { watermark: number })[]>(
        `WITH rest AS (
           SELECT boarding_station_id, sum(revenue) AS revenue
           FROM boarding_revenue WHERE ${isAfterWatermark('trips', '$1', 'id')} GROUP BY boarding_station_id),
         sums AS (
           SELECT location_id, revenue FROM trip_totals
           UNION ALL SELECT ${LOCATION_OF_BOARDING}, revenue FROM rest)
         SELECT coalesce(location.name, $2) AS locality, sum(revenue) AS total_revenue, ${watermarkOf('trips')} AS watermark
         FROM sums LEFT JOIN locations location USING (location_id)
         GROUP BY 1 ORDER BY 2 DESC, 1`,
        [watermark, nameless],
      ),
    );
  }
}

interface Revenue {
  readonly fare_revenue: number;
  readonly recharge_revenue: number;
}
