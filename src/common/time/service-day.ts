import { Temporal } from 'temporal-polyfill';

/** Returns the calendar day that is `days` later, or earlier if negative, YYYY-MM-DD. */
export function shiftDay(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Whether a calendar day, YYYY-MM-DD, is a Saturday or a Sunday. */
export function isWeekend(day: string): boolean {
  return Temporal.PlainDate.from(day).dayOfWeek >= 6;
}
