import { dayIn, startOfDay } from './service-day';

/** No zone's clocks are ahead of UTC by anything but a multiple of this, in milliseconds. */
const QUARTER_HOUR = 900_000;
const MOST_REMEMBERED = 50_000;

/** The service days of one time zone; asking it twice about the same quarter of an hour costs next to nothing. */
export class ServiceCalendar {
  private readonly days = new Map<number, string>();

  constructor(private readonly timeZone: string) {}

  /** The service day of a moment, YYYY-MM-DD. */
  dayOf(moment: Date): string {
    const quarter = Math.floor(moment.getTime() / QUARTER_HOUR);
    const known = this.days.get(quarter);
    if (known !== undefined) return known;
    if (this.days.size >= MOST_REMEMBERED) this.days.clear();
    const day = dayIn(this.timeZone, moment);
    this.days.set(quarter, day);
    return day;
  }

  startOf(day: string): Date {
    return startOfDay(day, this.timeZone);
  }
}
