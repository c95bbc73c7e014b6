import { Injectable } from '@nestjs/common';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { Clock } from '../../common/time/clock';
import { firstKeptMinute } from '../maintenance/period-totals';
import { ActivityRepository } from './activity.repository';
import {
  type MinutesQuery,
  MOST_MINUTES,
  MOST_MINUTES_OF_STATIONS,
  type StationMinutesQuery,
} from './dto/activity-queries.dto';
import type { ActiveMinute, ActivityByMinute, ActivityByStation } from './dto/activity-responses.dto';
import { type MinuteRange, minuteRange, type RangeBounds } from './minute-range';

const MINUTE_MS = 60_000;
const OF_CITY: RangeBounds = { usual: 60, most: MOST_MINUTES };
const OF_STATIONS: RangeBounds = { usual: 5, most: MOST_MINUTES_OF_STATIONS };
/** How many stations all frames of a response have together. */
const MOST_STATIONS = 50_000;

/** What happens in the city, minute by minute. */
@Injectable()
export class ActivityService {
  constructor(
    private readonly activity: ActivityRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws InvalidValueError for a span that is not acceptable. */
  async byMinute({ station_id, ...query }: MinutesQuery): Promise<ActivityByMinute> {
    const range = this.rangeOf(query, OF_CITY);
    const isOfCity = station_id === undefined;
    const [boardings, recharges, refusals] = await Promise.all([
      this.activity.boardings(range, station_id ?? null),
      isOfCity ? this.activity.recharges(range) : [],
      isOfCity ? this.activity.refusals(range) : [],
    ]);
    const [boarded, recharged, refused] = [byMinute(boardings), byMinute(recharges), byMinute(refusals)];
    const minutes = minutesOf(range, 1).map((minute): ActiveMinute => {
      const at = minute.getTime();
      return {
        minute,
        boardings: boarded.get(at)?.boardings ?? 0,
        revenue: boarded.get(at)?.revenue ?? 0,
        recharges: isOfCity ? (recharged.get(at)?.recharges ?? 0) : null,
        recharged: isOfCity ? (recharged.get(at)?.recharged ?? 0) : null,
        refusals: isOfCity ? (refused.get(at)?.refusals ?? 0) : null,
      };
    });
    return { from: range.from, to: range.to, station_id: station_id ?? null, minutes };
  }

  /** @throws InvalidValueError for a span that is not acceptable, or for one with too many stations in all its frames. */
  async byStation({ step: chosen, ...query }: StationMinutesQuery): Promise<ActivityByStation> {
    const range = this.rangeOf(query, OF_STATIONS);
    const step = Math.min(chosen ?? range.minutes, range.minutes);
    const found = await this.activity.stations(range, step, MOST_STATIONS + 1);
    if (found.length > MOST_STATIONS)
      throw new InvalidValueError(`The frames have more than ${MOST_STATIONS} stations.`, [
        { pointer: '/step', detail: 'must be larger, or the span shorter' },
      ]);
    const frames = minutesOf(range, step).map((start) => ({
      start,
      stations: [] as { station_id: number; boardings: number }[],
    }));
    for (const { frame, station_id, boardings } of found)
      frames[frame]?.stations.push({ station_id, boardings });
    return { from: range.from, to: range.to, step, frames };
  }

  private rangeOf(query: Pick<MinutesQuery, 'from' | 'to'>, bounds: RangeBounds): MinuteRange {
    const now = this.clock.now();
    return minuteRange(query, bounds, now, firstKeptMinute(now));
  }
}

function minutesOf({ from, minutes }: MinuteRange, step: number): Date[] {
  return Array.from(
    { length: Math.ceil(minutes / step) },
    (_, n) => new Date(from.getTime() + n * step * MINUTE_MS),
  );
}

function byMinute<Row extends { readonly minute: Date }>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.minute.getTime(), row]));
}
