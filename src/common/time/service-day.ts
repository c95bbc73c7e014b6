import { Temporal } from 'temporal-polyfill';

/** The calendar day so many days later (or earlier), YYYY-MM-DD. */
export function shiftDay(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Whether a calendar day, YYYY-MM-DD, is a Saturday or a Sunday. */
export function isWeekend(day: string): boolean {
  return Temporal.PlainDate.from(day).dayOfWeek >= 6;
}
