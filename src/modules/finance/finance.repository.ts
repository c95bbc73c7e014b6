import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ClosedTotals } from '../maintenance/closed-totals';
import { Posting } from '../ledger/posting.entity';
import { LocalityRevenue } from './dto/revenue.dto';

/** Revenue as the books have it. */
@Injectable()
export class FinanceRepository {
  constructor(
    @InjectRepository(Posting) private readonly postings: Repository<Posting>,
    private readonly closedTotals: ClosedTotals,
  ) {}

  async revenue(): Promise<Revenue> {
    const [revenue] = await this.closedTotals.read('postings', (through) =>
      this.postings.query<(Revenue & { through: number })[]>(
        `WITH sums AS (
           SELECT kind, amount FROM closed_postings
           UNION ALL SELECT kind, sum(amount) FROM postings WHERE posting_id > $1 GROUP BY kind)
         SELECT coalesce(sum(amount) FILTER (WHERE kind = 'fare'), 0) AS fare_revenue,
                coalesce(sum(amount) FILTER (WHERE kind = 'recharge'), 0)
                  - coalesce(sum(amount) FILTER (WHERE kind = 'reversal'), 0) AS recharge_revenue,
                (SELECT through_id FROM closed_totals WHERE source = 'postings') AS through
         FROM sums`,
        [through],
      ),
    );
    if (!revenue) throw new Error('an aggregate returned no row');
    return revenue;
  }

  /** By the locality of the boarding station, most first. */
  async revenueByLocality(nameless: string): Promise<LocalityRevenue[]> {
    return this.closedTotals.read('trips', (through) =>
      this.postings.query<(LocalityRevenue & { through: number })[]>(
        `WITH sums AS (
           SELECT boarding_station_id, revenue FROM closed_trips
           UNION ALL
           SELECT boarding_station_id, sum(fare_amount) FROM trips WHERE trip_id > $2 GROUP BY boarding_station_id)
         SELECT coalesce(location.name, $1) AS locality, sum(revenue) AS total_revenue,
                (SELECT through_id FROM closed_totals WHERE source = 'trips') AS through
         FROM sums
         JOIN stations station ON station.station_id = boarding_station_id
         LEFT JOIN locations location USING (location_id)
         GROUP BY 1 ORDER BY 2 DESC, 1`,
        [nameless, through],
      ),
    );
  }
}

interface Revenue {
  readonly fare_revenue: number;
  readonly recharge_revenue: number;
}
