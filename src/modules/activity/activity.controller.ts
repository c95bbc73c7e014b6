import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { TotalsIncompleteError } from '../../common/http/problem/service-errors';
import { Requires } from '../../platform/access/requires.decorator';
import { ActivityService } from './activity.service';
import { MinutesQuery, StationMinutesQuery } from './dto/activity-queries.dto';
import { ActivityByMinute, ActivityByStation } from './dto/activity-responses.dto';

@ApiTags('activity')
@Controller('activity')
export class ActivityController {
  constructor(private readonly activity: ActivityService) {}

  /**
   * Get boardings, recharges and refusals by minute.
   *
   * @remarks Use it for a live chart, or to look at an hour again. It returns every minute of a span, also those in which
   * nothing was. Boardings and recharges are in the response as soon as they were answered, refusals within two
   * seconds. It reads running totals, so it costs the same however long the history is.
   */
  @Get('minutes')
  @Requires('totals:read')
  @ApiProblems(TotalsIncompleteError)
  minutes(@Query() query: MinutesQuery): Promise<ActivityByMinute> {
    return this.activity.byMinute(query);
  }

  /**
   * Get boardings by station and minute.
   *
   * @remarks Use it for a live map, or to play an hour again. It returns frames of some minutes each, with the stations at
   * which somebody boarded. It reads running totals, so it costs the same however long the history is.
   */
  @Get('stations')
  @Requires('totals:read')
  @ApiProblems(TotalsIncompleteError)
  stations(@Query() query: StationMinutesQuery): Promise<ActivityByStation> {
    return this.activity.byStation(query);
  }
}
