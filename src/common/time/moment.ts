/** The first and last day that callers may send. Even a few days more or less leave a year of four digits. */
export const FIRST_DAY = '1900-01-01';
export const LAST_DAY = '9998-12-31';

/** The first and last moment that callers may send. In every time zone, they are on days between the bounds above. */
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
 * Whether a text is a date and time with an offset from UTC (RFC 3339), between the first and the last moment. 24:00 and leap
 * seconds are not accepted.
 */
export function isMoment(value: unknown): boolean {
  if (typeof value !== 'string' || !isDate(DATE_TIME.exec(value)?.[1])) return false;
  const moment = Date.parse(value);
  return moment >= first && moment <= last;
}

function isDate(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  // `Date` would take 31 April for 1 May.
  return day.getUTCDate() === Number(value.slice(8));
}
