const DAY_MS = 86_400_000;

/** The calendar day of a moment in a time zone, YYYY-MM-DD. */
export function dayIn(timeZone: string, moment: Date): string {
  // Sweden writes dates as ISO 8601 does, but for the zeros of an early year, without which it would sort as a late one.
  return moment.toLocaleDateString('sv-SE', { timeZone }).padStart(10, '0');
}

/** The calendar day so many days later (or earlier), YYYY-MM-DD. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The moment at which a calendar day begins in a time zone. */
export function startOfDay(day: string, timeZone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const guess = utc - offsetAt(timeZone, utc);
  return new Date(utc - offsetAt(timeZone, guess));
}

/** Milliseconds that clocks of the zone are ahead of UTC at a moment. */
function offsetAt(timeZone: string, moment: number): number {
  const date = new Date(moment);
  const time = date.toLocaleTimeString('sv-SE', { timeZone });
  return Date.parse(`${dayIn(timeZone, date)}T${time}Z`) - moment;
}
