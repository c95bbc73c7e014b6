import { InvalidValueError } from '../../../common/http/problem/request-errors';
import { isDay, isMoment } from '../../../common/time/moment';
import type { ServiceCalendar } from '../../../common/time/service-calendar';
import { shiftDay } from '../../../common/time/service-day';

export const SERIES_INTERVALS = ['day', 'hour', 'total'] as const;
export type SeriesInterval = (typeof SERIES_INTERVALS)[number];

export const MOST_DAYS = 366;
export const MOST_HOURS = 31 * 24;
const USUAL_DAYS = 30;
const USUAL_HOURS = 24;
const HOUR_MS = 3_600_000;

/** A span of whole service days, or of whole hours of UTC. */
export interface SeriesRange {
  readonly interval: SeriesInterval;
  /** As it is answered: the first and the last day, or the moments from which and before which. */
  readonly from: string | Date;
  readonly to: string | Date;
  /** The same as moments; `until` is not in the span. */
  readonly since: Date;
  readonly until: Date;
  /** All its service days; empty for hours. */
  readonly days: readonly string[];
}

/** The span that a query asks for. Both ends may be left out. */
export interface RangeQuery {
  readonly interval: SeriesInterval;
  readonly from?: string;
  readonly to?: string;
}

/** @throws InvalidValueError when it is of the wrong kind, ends before it begins, or is too long. */
export function seriesRange(query: RangeQuery, now: Date, calendar: ServiceCalendar): SeriesRange {
  return query.interval === 'hour' ? hours(query, now) : days(query, now, calendar);
}

function days({ interval, from, to }: RangeQuery, now: Date, calendar: ServiceCalendar): SeriesRange {
  requireKind(isDay, 'must be a service day, YYYY-MM-DD, unless the interval is hour', { from, to });
  const last = to ?? (from === undefined ? calendar.dayOf(now) : later(from, calendar.dayOf(now)));
  const first = from ?? shiftDay(last, 1 - USUAL_DAYS);
  if (first > last) throw refusal('/to', 'must not be before from');
  if (shiftDay(first, MOST_DAYS - 1) < last) throw refusal('/to', `must be at most ${MOST_DAYS} days`);
  const [since, until] = [calendar.startOf(first), calendar.startOf(shiftDay(last, 1))];
  return {
    interval,
    from: first,
    to: last,
    since,
    until,
    days: Array.from({ length: MOST_DAYS }, (_, n) => shiftDay(first, n)).filter((day) => day <= last),
  };
}

function hours({ interval, from, to }: RangeQuery, now: Date): SeriesRange {
  requireKind(isMoment, 'must be a moment, such as 2026-01-14T12:00:00Z, where the interval is hour', {
    from,
    to,
  });
  const until = wholeHour(to === undefined ? now.getTime() + 1 : Date.parse(to), Math.ceil);
  const since = wholeHour(
    from === undefined ? until - (USUAL_HOURS + 1) * HOUR_MS : Date.parse(from),
    Math.floor,
  );
  if (since >= until) throw refusal('/to', 'must be after from');
  if (until - since > MOST_HOURS * HOUR_MS) throw refusal('/to', `must be at most ${MOST_HOURS} hours later`);
  const [start, end] = [new Date(since), new Date(until)];
  return { interval, from: start, to: end, since: start, until: end, days: [] };
}

function wholeHour(at: number, round: (hours: number) => number): number {
  return round(at / HOUR_MS) * HOUR_MS;
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}

function requireKind(
  isOfKind: (value: unknown) => boolean,
  detail: string,
  ends: Readonly<Record<'from' | 'to', string | undefined>>,
): void {
  const faults = Object.entries(ends)
    .filter(([, value]) => value !== undefined && !isOfKind(value))
    .map(([name]) => ({ pointer: `/${name}`, detail }));
  if (faults.length > 0) throw new InvalidValueError('The span of time is not acceptable.', faults);
}

function refusal(pointer: string, detail: string): InvalidValueError {
  return new InvalidValueError('The span of time is not acceptable.', [{ pointer, detail }]);
}
