import { Injectable } from '@nestjs/common';
import { decodeCursor, decodePlaceCursor, paginate, paginatePlaces } from '../../common/http/pagination';
import { circleOf } from '../../common/search/near';
import { USUAL_RADIUS } from '../../common/search/places.dto';
import { RechargePointPage, RechargePointsQuery } from './dto/recharge-points.dto';
import { RechargePointsRepository } from './recharge-points.repository';

/** Lists the places where cards are recharged. */
@Injectable()
export class RechargePointsService {
  constructor(private readonly points: RechargePointsRepository) {}

  async list(query: RechargePointsQuery): Promise<RechargePointPage> {
    const { locality = null, channel = null, name = null, limit, cursor } = query;
    const filter = { locality, channel, name };
    const circle = circleOf(query, USUAL_RADIUS);
    const { rows, next_cursor } = circle
      ? paginatePlaces(
          await this.points.findNear(filter, circle, decodePlaceCursor(cursor), limit),
          limit,
          (point) => point.recharge_point_id,
        )
      : paginate(
          await this.points.find(filter, decodeCursor(cursor), limit),
          limit,
          (point) => point.recharge_point_id,
        );
    return { recharge_points: rows, next_cursor };
  }
}
