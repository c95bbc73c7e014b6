/** The first and last day that may be given: all days, shifted by some, keep a year of four digits. */
export const FIRST_DAY = '1900-01-01';
export const LAST_DAY = '9998-12-31';

/** The first and last moment, whose days are of such years in every time zone, with offsets of whole minutes. */
export const FIRST_MOMENT = '1970-01-01T00:00:00Z';
export const LAST_MOMENT = '9998-12-31T23:59:59.999Z';

const HOURS = '(?:[01]\\d|2[0-3])';
const DATE_TIME = new RegExp(
  `^(\\d{4}-\\d{2}-\\d{2})T${HOURS}:[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+-]${HOURS}:[0-5]\\d)$`,
);
const [first, last] = [Date.parse(FIRST_MOMENT), Date.parse(LAST_MOMENT)];

/** Whether it is a calendar day, YYYY-MM-DD, between the first and the last. */
export function isDay(value: unknown): boolean {
  return isDate(value) && value >= FIRST_DAY && value <= LAST_DAY;
}

/**
 * Whether it is a date and time of day with its offset from UTC (RFC 3339) of a moment between the first and the last: what
 * counts is the moment, not how it is written. Neither 24:00 nor a leap second, which no clock here knows.
 */
export function isMoment(value: unknown): boolean {
  if (typeof value !== 'string' || !isDate(DATE_TIME.exec(value)?.[1])) return false;
  const moment = Date.parse(value);
  return moment >= first && moment <= last;
}

function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  // What is beyond the end of a month would be a day of the next one.
  return day.getUTCDate() === Number(value.slice(8));
}
