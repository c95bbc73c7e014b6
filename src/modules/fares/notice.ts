import type { ServiceCalendar } from '../../common/time/service-calendar';

/**
 * How long before its first day a rule is to be set, in milliseconds: many times what a transaction may take by default,
 * so that every boarding of that day finds it.
 */
const NOTICE = 60_000;

/** Whether a rule may still be set that is to hold from this day on, YYYY-MM-DD. */
export function isInTime(validFrom: string, now: Date, calendar: ServiceCalendar): boolean {
  return validFrom > calendar.dayOf(new Date(now.getTime() + NOTICE));
}
