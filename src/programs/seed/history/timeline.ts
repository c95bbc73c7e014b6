import { ServiceCalendar } from '../../../common/time/service-calendar';
import { shiftDay } from '../../../common/time/service-day';

const MINUTE = 60;
const HOUR_MS = 3_600_000;

/** The days that the data tells of: from a midnight, in seconds since then, up to now. */
export class Timeline {
  /** YYYY-MM-DD, the last one is today. */
  readonly days: readonly string[];
  /** Seconds from the first midnight to now. */
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

  /** Begun minutes; the last one may be cut short by now. */
  get minutes(): number {
    return Math.ceil(this.end / MINUTE);
  }

  dayStart(day: number): number {
    return this.dayStarts[day] ?? 0;
  }

  /** The index of the day that a second belongs to. */
  dayOf(second: number): number {
    return this.dayStarts.findLastIndex((start) => start <= second);
  }

  /** Twelve hours after a day, of the history or before it, has begun; as PostgreSQL reads it. */
  noonOf(day: string): string {
    return new Date(this.calendar.startOf(day).getTime() + 12 * HOUR_MS).toISOString();
  }

  /** As PostgreSQL reads it, in UTC. The minute is remembered: most calls are about the same one. */
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

  /** Seconds since 1970. */
  epochOf(second: number): number {
    return this.start + second;
  }

  dateOf(second: number): Date {
    return new Date(this.epochOf(second) * 1_000);
  }
}
