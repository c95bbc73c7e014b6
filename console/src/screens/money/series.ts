import { call, callForText, type ResponseOf } from '../../api/call';
import { hourOf, shiftDay, startOf, today } from '../../lib/days';
import { before, lengthOf, type Span } from '../../lib/range.svelte';

/** What is counted: fares, or what riders paid in. */
export type Kind = 'recharges' | 'revenue';

export type Measure =
  | 'boardings'
  | 'net'
  | 'paid_out'
  | 'payouts'
  | 'recharged'
  | 'recharges'
  | 'revenue'
  | 'reversals'
  | 'reversed';
export type Amounts = Readonly<Partial<Record<Measure, number>>>;

export type Division = 'channel' | 'concessionaire' | 'locality' | 'recharge_point';
/** By what rows are grouped. */
export type Grouping = Division | 'day' | 'hour';

export interface Row extends Amounts {
  /** A day, or the moment at which an hour begins; null for the whole span. */
  readonly start: string | null;
  readonly key: number | null;
  readonly name: string | null;
}

/** What the parts of both kinds are, in the order in which they are offered. */
export const KINDS: Readonly<
  Record<
    Kind,
    {
      /** What a chart can show; the first one is usual. */
      readonly measures: readonly Measure[];
      readonly columns: readonly Measure[];
      readonly divisions: readonly Division[];
      /** By what bars of time can be divided. */
      readonly splits: readonly Division[];
    }
  >
> = {
  revenue: {
    measures: ['revenue', 'boardings'],
    columns: ['boardings', 'revenue'],
    divisions: ['locality', 'concessionaire'],
    splits: ['locality', 'concessionaire'],
  },
  recharges: {
    measures: ['recharged', 'net', 'reversed', 'recharges'],
    columns: ['recharges', 'recharged', 'reversals', 'reversed', 'payouts', 'paid_out', 'net'],
    divisions: ['channel', 'recharge_point'],
    splits: ['channel'],
  },
};

const COUNTS: readonly Measure[] = ['boardings', 'payouts', 'recharges', 'reversals'];

/** Whether it is a number of things, not an amount of money. */
export function isCount(measure: Measure): boolean {
  return COUNTS.includes(measure);
}

/** The longest spans that the API divides into hours, and by recharge point. */
export const MOST_DAYS_OF_HOURS = 31;
export const MOST_DAYS_OF_POINTS = 92;

/** What a series is asked for. */
export interface SeriesAsked {
  readonly kind: Kind;
  readonly span: Span;
  readonly grouping: Grouping;
  readonly split: Division | null;
  /** Only the recharges at this recharge point. */
  readonly point: number | null;
}

export function isTooLong({ grouping, span }: SeriesAsked): boolean {
  const most = { hour: MOST_DAYS_OF_HOURS, recharge_point: MOST_DAYS_OF_POINTS }[grouping as string];
  return most !== undefined && lengthOf(span) > most;
}

export async function loadRows(asked: SeriesAsked, signal: AbortSignal): Promise<readonly Row[]> {
  const series =
    asked.kind === 'revenue'
      ? await call('GET /finance/revenue/series', { query: revenueQuery(asked) }, { signal })
      : await call('GET /finance/recharges/series', { query: rechargesQuery(asked) }, { signal });
  return series.rows;
}

/** The rows as the API has them for a spreadsheet. */
export function loadCsv(asked: SeriesAsked): Promise<string> {
  return asked.kind === 'revenue'
    ? callForText('GET /finance/revenue/series', { query: revenueQuery(asked) })
    : callForText('GET /finance/recharges/series', { query: rechargesQuery(asked) });
}

type Interval = ResponseOf<'GET /finance/revenue/series'>['interval'];

function spanQuery({ span, grouping }: SeriesAsked): { interval: Interval; from: string; to: string } {
  if (grouping !== 'hour')
    return { interval: grouping === 'day' ? 'day' : 'total', from: span.from, to: span.to };
  const { from, to } = momentsOf(span);
  return { interval: 'hour', from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** The moments from which and before which a span of days is. */
export function momentsOf(span: Span): { from: number; to: number } {
  return { from: startOf(span.from), to: startOf(shiftDay(span.to, 1)) };
}

function revenueQuery(asked: SeriesAsked) {
  const by = divisionOf(asked);
  return { ...spanQuery(asked), ...((by === 'locality' || by === 'concessionaire') && { by }) };
}

function rechargesQuery(asked: SeriesAsked) {
  const by = divisionOf(asked);
  return {
    ...spanQuery(asked),
    ...(asked.point !== null
      ? { recharge_point_id: asked.point }
      : (by === 'channel' || by === 'recharge_point') && { by }),
  };
}

function divisionOf({ grouping, split }: SeriesAsked): Division | null {
  return grouping === 'day' || grouping === 'hour' ? split : grouping;
}

/** Rows by the hour of the day, summed over all days of the span. */
export function byHourOfDay(rows: readonly Row[], columns: readonly Measure[]): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    if (row.start === null) continue;
    const start = String(hourOf(row.start)).padStart(2, '0');
    const id = `${start} ${row.key ?? ''} ${row.name ?? ''}`;
    const known = sums.get(id);
    sums.set(id, known ? { ...known, ...added(known, row, columns) } : { ...row, start });
  }
  return [...sums.values()].sort((one, other) => ((one.start ?? '') < (other.start ?? '') ? -1 : 1));
}

/** The sums of rows. */
export function sumOf(rows: readonly Amounts[], columns: readonly Measure[]): Amounts {
  return rows.reduce((sums, row) => added(sums, row, columns), {});
}

function added(one: Amounts, other: Amounts, columns: readonly Measure[]): Amounts {
  return Object.fromEntries(columns.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/** A span beside the one before it. Only what is over is compared: a day that is not would always be less. */
export interface Comparison {
  readonly span: Span;
  readonly sums: Amounts;
  /** Of the part that is over, and of the same part of the span before; null while nothing is over. */
  readonly compared: { readonly sums: Amounts; readonly before: Amounts } | null;
  readonly spanBefore: Span;
  /** Where the span is not over: what was left out, or until when hours were compared. */
  readonly open: { readonly kind: 'day' } | { readonly kind: 'hour'; readonly until: number } | null;
}

const HOUR_MS = 3_600_000;

export async function compare(
  asked: Omit<SeriesAsked, 'grouping' | 'split'>,
  signal: AbortSignal,
): Promise<Comparison> {
  const { span, kind } = asked;
  const { columns } = KINDS[kind];
  const [now, spanBefore] = [today(), before(span)];
  const isOpen = span.to >= now;
  // A point has no hours.
  const byHours = isOpen && span.from === span.to && asked.point === null;
  const both = { ...asked, grouping: byHours ? 'hour' : 'day', split: null } as const;
  const [rows, rowsBefore] = await Promise.all([
    loadRows(both, signal),
    loadRows({ ...both, span: spanBefore }, signal),
  ]);
  const sums = sumOf(rows, columns);
  const sumUntil = (all: readonly Row[], end: string): Amounts =>
    sumOf(
      all.filter(({ start }) => (start ?? '') < end),
      columns,
    );
  if (!isOpen)
    return { span, spanBefore, sums, open: null, compared: { sums, before: sumOf(rowsBefore, columns) } };
  if (byHours) {
    const until = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const [since, sinceBefore] = [momentsOf(span).from, momentsOf(spanBefore).from];
    const ends = [until, sinceBefore + (until - since)].map((end) => new Date(end).toISOString());
    return {
      span,
      spanBefore,
      sums,
      open: { kind: 'hour', until },
      compared:
        until <= since
          ? null
          : { sums: sumUntil(rows, ends[0] ?? ''), before: sumUntil(rowsBefore, ends[1] ?? '') },
    };
  }
  return {
    span,
    spanBefore,
    sums,
    open: { kind: 'day' },
    compared:
      span.from >= now
        ? null
        : { sums: sumUntil(rows, now), before: sumUntil(rowsBefore, shiftDay(now, -lengthOf(span))) },
  };
}
