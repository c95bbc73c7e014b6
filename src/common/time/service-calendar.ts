import { Temporal } from 'temporal-polyfill';
import { shiftDay } from './service-day';

const DAY_MS = 86_400_000;
/** How many days are remembered. The whole history of a city has fewer. */
const MAX_REMEMBERED_DAYS = 20_000;

/** A service day, and when it begins, in milliseconds since 1970. */
interface Beginning {
  readonly day: string;
  readonly at: number;
}

/**
 * The service days of one time zone, YYYY-MM-DD. A day begins when clocks there first show its date, and lasts until the next
 * day begins. If clocks skip midnight, the day begins after it. If they are set back to midnight, it begins at the first of
 * the two midnights. A date that they skip has no time at all. So every moment belongs to exactly one day, and a day that has
 * ended does not begin again.
 *
 * Days are remembered, so a second question about the same day costs almost nothing.
 */
export class ServiceCalendar {
  private readonly starts = new Map<string, number>();
  /** For each UTC day: the service day at its beginning, then the service days that begin in it. */
  private readonly beginnings = new Map<number, readonly Beginning[]>();

  /** @param timeZone is a name of the IANA database, such as America/Bogota. */
  constructor(readonly timeZone: string) {}

  /** The service day of a moment. */
  dayOf(moment: Date): string {
    const at = moment.getTime();
    const utcDay = Math.floor(at / DAY_MS);
    const beginnings =
      this.beginnings.get(utcDay) ?? remember(this.beginnings, utcDay, this.beginningsOf(utcDay));
    // The first of them began earlier, so there is always one.
    return beginnings.findLast((beginning) => beginning.at <= at)?.day ?? '';
  }

  /** The moment at which a service day begins. */
  startOf(day: string): Date {
    return new Date(this.startAt(day));
  }

  /** All days of which a part is in a span of time, the first of them first. `until` is not in the span. */
  daysWithin(from: Date, until: Date): string[] {
    const days: string[] = [];
    for (let day = this.dayOf(from); this.startAt(day) < until.getTime(); day = shiftDay(day, 1))
      days.push(day);
    return days;
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
