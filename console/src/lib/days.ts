import { session } from '../api/session.svelte';

/** Service days, YYYY-MM-DD, and moments on them, in the time zone of the service. */
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
/** No clock is further from UTC than this. */
const FURTHEST_MS = 14 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks show: `2026-11-28 07:42:05`. */
function clocksAt(moment: number): string {
  const timeZone = session.service.time_zone;
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(timeZone, format);
  }
  return format.format(moment);
}

/** The service day of a moment. */
export function dayOf(moment: number): string {
  return clocksAt(moment).slice(0, 10);
}

/** The hour that clocks show at a moment: 0 to 23. */
export function hourOf(moment: string): number {
  return Number(clocksAt(Date.parse(moment)).slice(11, 13));
}

export function today(): string {
  return dayOf(Date.now());
}

/** The day that is so many days later, or earlier if negative. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How many days later the second is. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** All days of a span, both ends included. */
export function daysOf({ from, to }: { readonly from: string; readonly to: string }): string[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => shiftDay(from, index));
}

/** The moment at which a service day begins: the first at which clocks show its date. */
export function startOf(day: string): number {
  let moment = Date.parse(day) - FURTHEST_MS;
  while (dayOf(moment) < day) moment += QUARTER_MS;
  return moment;
}

/** The moment at which clocks show a time of a day: `07:42`, or `07:42:30`. */
export function momentOf(day: string, time: string): number {
  const written = Date.parse(`${day}T${time}Z`);
  const shownAs = (moment: number): number => Date.parse(`${clocksAt(moment).replace(' ', 'T')}Z`);
  const guess = written - (shownAs(written) - written);
  // On a day on which clocks are set, the first guess may be on their other side.
  return guess - (shownAs(guess) - written);
}

/** Whether a text is a day of the calendar that somebody may mean. */
export function isDay(text: string): boolean {
  const moment = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text);
}
