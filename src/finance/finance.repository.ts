import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Posting } from '../ledger/posting.entity';
import { LocalityRevenue } from './dto/revenue.dto';

/** Revenue as the books have it. */
@Injectable()
export class FinanceRepository {
  constructor(@InjectRepository(Posting) private readonly postings: Repository<Posting>) {}

  async revenue(): Promise<{ fare_revenue: number; recharge_revenue: number }> {
    const [revenue] = await this.postings.query<{ fare_revenue: number; recharge_revenue: number }[]>(
      `SELECT coalesce(sum(amount) FILTER (WHERE kind = 'fare'), 0) AS fare_revenue,
              coalesce(sum(amount) FILTER (WHERE kind = 'recharge'), 0)
                - coalesce(sum(amount) FILTER (WHERE kind = 'reversal'), 0) AS recharge_revenue
       FROM postings`,
    );
    if (!revenue) throw new Error('an aggregate returned no row');
    return revenue;
  }

  /** By the locality of the boarding station, most first. */
  async revenueByLocality(nameless: string): Promise<LocalityRevenue[]> {
    return this.postings.query<LocalityRevenue[]>(
      `SELECT coalesce(location.name, $1) AS locality, sum(trip.fare_amount) AS total_revenue
       FROM trips trip
       JOIN stations station ON station.station_id = trip.boarding_station_id
       LEFT JOIN locations location USING (location_id)
       GROUP BY 1 ORDER BY 2 DESC, 1`,
      [nameless],
    );
  }
}
