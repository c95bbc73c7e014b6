import { FIRST_DAY, isDay, LAST_DAY } from '../../common/time/moment';
import { StartupError } from '../../common/program/startup-error';

/** @throws StartupError when an option is no calendar day, YYYY-MM-DD, or one out of bounds. */
export function parseDay(option: string, text: string): string {
  if (isDay(text)) return text;
  throw new StartupError(
    `${option} must be a date such as 2027-01-14, from ${FIRST_DAY} to ${LAST_DAY}: ${text}`,
  );
}
