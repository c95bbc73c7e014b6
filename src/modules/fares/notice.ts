import type { ServiceCalendar } from '../../common/time/service-calendar';

/**
 * How long before its first day a rule must be set. It is much longer than a transaction may take by default, so every
 * boarding of that day finds the rule.
 */
const NOTICE_MS = 60_000;

/** Returns whether a rule that is valid from this day (YYYY-MM-DD) may still be set. */
export function isInTime(validFrom: string, now: Date, calendar: ServiceCalendar): boolean {
  return validFrom > calendar.dayOf(new Date(now.getTime() + NOTICE_MS));
}
