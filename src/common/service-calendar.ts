import { dayIn, startOfDay } from './service-day';

/** No zone's clocks are ahead of UTC by anything but a multiple of this, in milliseconds. */
const QUARTER_HOUR = 900_000;
const MOST_REMEMBERED = 50_000;

/** The service days of one time zone; asking it twice about the same day or quarter of an hour costs next to nothing. */
export class ServiceCalendar {
  private readonly days = new Map<number, string>();
  private readonly starts = new Map<string, number>();

  constructor(private readonly timeZone: string) {}

  /** The service day of a moment, YYYY-MM-DD. */
  dayOf(moment: Date): string {
    const quarter = Math.floor(moment.getTime() / QUARTER_HOUR);
    const known = this.days.get(quarter);
    return known ?? remember(this.days, quarter, dayIn(this.timeZone, moment));
  }

  /** The moment at which a service day, YYYY-MM-DD, begins. */
  startOf(day: string): Date {
    const known = this.starts.get(day);
    return new Date(known ?? remember(this.starts, day, startOfDay(day, this.timeZone).getTime()));
  }
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): Value {
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}
