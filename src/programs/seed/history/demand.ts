import { isWeekend } from '../../../common/time/service-day';
import type { Timeline } from './timeline';

const MINUTE = 60;
const LAST_MINUTES = 40;
/** The least demand at the moment of seeding, so that some riders are on the road at any hour. */
const LEAST_NOW = 0.35;

/** Knows how many boardings there are until the end of each minute. */
export class Demand {
  private readonly until: Float64Array;

  constructor(
    timeline: Timeline,
    readonly trips: number,
  ) {
    this.until = new Float64Array(timeline.minutes);
    let total = 0;
    for (let minute = 0; minute < timeline.minutes; minute += 1) {
      total += weightAt(timeline, minute);
      this.until[minute] = total;
    }
  }

  boardingsUntil(minute: number): number {
    const total = this.until.at(-1) ?? 1;
    return Math.round((this.trips * (this.until[minute] ?? total)) / total);
  }
}

function weightAt(timeline: Timeline, minute: number): number {
  const day = timeline.dayOf(minute * MINUTE);
  const minuteOfDay = minute - timeline.dayStart(day) / MINUTE;
  const weight = isWeekend(timeline.days[day] ?? '')
    ? weekendWeight(minuteOfDay)
    : weekdayWeight(minuteOfDay);
  return minute >= timeline.minutes - LAST_MINUTES ? Math.max(weight, LEAST_NOW) : weight;
}

/** There are two peaks, of which the evening is the higher one, and little demand at night. */
function weekdayWeight(minute: number): number {
  return 0.01 + daytime(minute) * 0.3 + bellCurve(minute, 6.4, 0.9) + 1.05 * bellCurve(minute, 17.7, 1.2);
}

function weekendWeight(minute: number): number {
  return 0.01 + daytime(minute) * 0.15 + 0.35 * bellCurve(minute, 13, 3.5);
}

function daytime(minute: number): number {
  return minute >= 4.5 * 60 && minute < 23 * 60 ? 1 : 0;
}

/** A bell curve of height 1 around an hour. */
function bellCurve(minute: number, hour: number, width: number): number {
  return Math.exp(-(((minute / 60 - hour) / width) ** 2) / 2);
}
