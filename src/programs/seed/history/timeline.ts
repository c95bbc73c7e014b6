import { ServiceCalendar } from '../../../common/time/service-calendar';
import { shiftDay } from '../../../common/time/service-day';

const MINUTE = 60;
const HOUR_MS = 3_600_000;

/** The days of the history, from a midnight until now. Times are seconds since that midnight. */
export class Timeline {
  /** The days, YYYY-MM-DD. The last one is today. */
  readonly days: readonly string[];
  /** How many seconds the history has, from the first midnight until now. */
  readonly end: number;
  private readonly start: number;
  private readonly dayStarts: readonly number[];
  private readonly calendar: ServiceCalendar;
  private stampedMinute = -1;
  private minuteText = '';

  constructor(
    readonly now: Date,
    timeZone: string,
    daysBeforeToday: number,
  ) {
    this.calendar = new ServiceCalendar(timeZone);
    const today = this.calendar.dayOf(now);
    this.days = Array.from({ length: daysBeforeToday + 1 }, (_, n) => shiftDay(today, n - daysBeforeToday));
    const starts = this.days.map((day) => Math.floor(this.calendar.startOf(day).getTime() / 1_000));
    this.start = starts[0] ?? 0;
    this.dayStarts = starts.map((start) => start - this.start);
    this.end = Math.floor(now.getTime() / 1_000) - this.start;
  }

  get today(): string {
    return this.days.at(-1) ?? '';
  }

  /** How many minutes the history has. The last one may be shorter. */
  get minutes(): number {
    return Math.ceil(this.end / MINUTE);
  }

  dayStart(day: number): number {
    return this.dayStarts[day] ?? 0;
  }

  /** Returns the index of the day that a second belongs to. */
  dayOf(second: number): number {
    return this.dayStarts.findLastIndex((start) => start <= second);
  }

  /** Returns the moment twelve hours after the beginning of a day, as text for PostgreSQL. The day may be before the history. */
  noonOf(day: string): string {
    return new Date(this.calendar.startOf(day).getTime() + 12 * HOUR_MS).toISOString();
  }

  /** Returns a moment in UTC, as text for PostgreSQL. The last minute is remembered for the next calls. */
  stamp(second: number): string {
    const minute = Math.floor(second / MINUTE);
    if (minute !== this.stampedMinute) {
      this.stampedMinute = minute;
      this.minuteText = this.dateOf(minute * MINUTE)
        .toISOString()
        .slice(0, 17);
    }
    const rest = second - minute * MINUTE;
    return `${this.minuteText}${rest < 10 ? '0' : ''}${rest}Z`;
  }

  /** Returns a moment in seconds since 1970. */
  epochOf(second: number): number {
    return this.start + second;
  }

  dateOf(second: number): Date {
    return new Date(this.epochOf(second) * 1_000);
  }
}
