import { Temporal } from 'temporal-polyfill';
import { shiftDay } from './service-day';

const DAY_MS = 86_400_000;
/** Days; a city's whole history is fewer. */
const MAX_REMEMBERED_DAYS = 20_000;

/** A service day, and when it begins, in milliseconds since 1970. */
interface Beginning {
  readonly day: string;
  readonly at: number;
}

/**
 * The service days of one time zone, YYYY-MM-DD. A day begins at the first moment at which clocks there show its date,
 * and lasts until the next one begins: it is later than midnight where clocks skip midnight, the first of two midnights
 * where they are set back to it, and no time at all for a date that they skip. So every moment has one day, and no day
 * comes back where clocks are set back over midnight.
 *
 * Asking it again about the same days costs next to nothing.
 */
export class ServiceCalendar {
  private readonly starts = new Map<string, number>();
  /** By the day of UTC: what begins in it, after the service day in which it begins. */
  private readonly beginnings = new Map<number, readonly Beginning[]>();

  constructor(private readonly timeZone: string) {}

  /** The service day of a moment. */
  dayOf(moment: Date): string {
    const at = moment.getTime();
    const utcDay = Math.floor(at / DAY_MS);
    const beginnings =
      this.beginnings.get(utcDay) ?? remember(this.beginnings, utcDay, this.beginningsOf(utcDay));
    // The first of them has begun before: at each moment there is one.
    return beginnings.findLast((beginning) => beginning.at <= at)?.day ?? '';
  }

  /** The moment at which a service day begins. */
  startOf(day: string): Date {
    return new Date(this.startAt(day));
  }

  private beginningsOf(utcDay: number): readonly Beginning[] {
    const start = utcDay * DAY_MS;
    let day = Temporal.Instant.fromEpochMilliseconds(start)
      .toZonedDateTimeISO(this.timeZone)
      .toPlainDate()
      .toString();
    const beginnings: Beginning[] = [];
    while (this.startAt(day) < start + DAY_MS) {
      beginnings.push({ day, at: this.startAt(day) });
      day = shiftDay(day, 1);
    }
    return beginnings;
  }

  private startAt(day: string): number {
    return this.starts.get(day) ?? remember(this.starts, day, this.findStart(day));
  }

  private findStart(day: string): number {
    return Temporal.PlainDate.from(day).toZonedDateTime(this.timeZone).epochMilliseconds;
  }
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, value: Value): Value {
  if (known.size >= MAX_REMEMBERED_DAYS) known.clear();
  known.set(key, value);
  return value;
}
