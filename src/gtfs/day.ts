import { isISO8601 } from 'class-validator';
import { StartupError } from '../common/startup-error';

/** @throws StartupError when an option is no calendar day, YYYY-MM-DD. */
export function parseDay(option: string, text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isISO8601(text, { strict: true })) return text;
  throw new StartupError(`${option} must be a date such as 2027-01-14: ${text}`);
}
