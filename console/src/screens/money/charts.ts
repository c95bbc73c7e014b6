import { daysOf, hourOf, shiftDay, today } from '../../lib/days';
import { count, countShort, longDate, money, moneyShort, shortDate } from '../../lib/format';
import { lengthOf } from '../../lib/range.svelte';
import { href, place } from '../../lib/router.svelte';
import type { Bar } from '../../ui/BarChart.svelte';
import type { Ranked } from '../../ui/RankChart.svelte';
import {
  type Division,
  type Grouping,
  isCount,
  type Measure,
  type Row,
  type SeriesAsked,
  sumOf,
} from './series';
import { t } from './texts';

/** What was asked for, and what came: of the span, and of the one before it. */
export interface SeriesShown {
  readonly asked: SeriesAsked;
  readonly rows: readonly Row[];
  readonly rowsBefore: readonly Row[];
}

/** So many are told apart in a stack; what is left is one more. */
const MOST_SERIES = 5;
const MOST_RANKS = 12;

export function formatOf(measure: Measure): (value: number) => string {
  return isCount(measure) ? count : money;
}

/** A concessionaire earned fares: boardings that cost nothing are none of theirs. */
export function titleOf(measure: Measure, division: Grouping | null): string {
  return measure === 'boardings' && division === 'concessionaire' ? t().paidBoardings : t().measures[measure];
}

export function shortOf(measure: Measure): (value: number) => string {
  return isCount(measure) ? countShort : moneyShort;
}

/** What a row is of: a locality, a channel. */
export function nameOf({ key, name }: Row, division: Division | null): string {
  if (division === 'recharge_point') return name ?? (key === null ? t().nowhere.recharge_point : `${key}`);
  if (key === null && (division === 'locality' || division === 'concessionaire'))
    return t().nowhere[division];
  return name ?? '';
}

/** Tells rows of a division apart: names need not be different. */
export function idOf({ key, name }: Row): string {
  return key === null ? `-${name ?? ''}` : String(key);
}

/** Bars over time, stacked where they are divided, and the names of what is stacked. */
export function barsOf(
  { asked, rows, rowsBefore }: SeriesShown,
  measure: Measure,
): { bars: Bar[]; names: string[] } {
  const { groups, names } = groupsOf(rows, asked.split, measure);
  const starts = startsOf(asked);
  const [now, past] = [byStart(rows), byStart(rowsBefore)];
  const bars = starts.map((start): Bar => {
    const values = names.map(() => 0);
    for (const row of now.get(start) ?? []) {
      const group = groups.get(idOf(row)) ?? 0;
      values[group] = (values[group] ?? 0) + (row[measure] ?? 0);
    }
    const isOpen = asked.grouping === 'day' && start >= today();
    return {
      key: start,
      ...(asked.grouping === 'day'
        ? { label: shortDate(start), title: longDate(start) }
        : { label: `${start}:00`, title: t().hour(Number(start)) }),
      values,
      before: sumOf(past.get(startBefore(start, asked)) ?? [], [measure])[measure] ?? 0,
      ...(isOpen && { note: t().notOver }),
    };
  });
  return { bars, names };
}

/** Names of a division by their amounts, the largest first. */
export function ranksOf({ asked, rows, rowsBefore }: SeriesShown, measure: Measure): Ranked[] {
  const past = new Map(rowsBefore.map((row) => [idOf(row), row[measure] ?? 0]));
  const division = asked.grouping as Division;
  const ranked = [...rows].sort((one, other) => (other[measure] ?? 0) - (one[measure] ?? 0));
  const [first, others] = [ranked.slice(0, MOST_RANKS), ranked.slice(MOST_RANKS)];
  const ranks: Ranked[] = first.map((row) => ({
    key: idOf(row),
    name: nameOf(row, division),
    value: row[measure] ?? 0,
    before: past.get(idOf(row)) ?? 0,
    isOver: isOver(asked, null),
    href: hrefOf(row, division),
  }));
  if (others.length > 0)
    ranks.push({
      key: 'others',
      name: t().others(others.length),
      value: sumOf(others, [measure])[measure] ?? 0,
      before: others.reduce((sum, row) => sum + (past.get(idOf(row)) ?? 0), 0),
      isOver: isOver(asked, null),
    });
  return ranks;
}

/** A recharge point leads to its days. */
export function hrefOf({ key }: Row, division: Division): string | null {
  return division === 'recharge_point' && key !== null
    ? href(place.path, { ...place.query, point: key, by: null, split: null, sort: null })
    : null;
}

/** The days of the span, or the hours of a day. */
function startsOf({ grouping, span }: SeriesAsked): string[] {
  return grouping === 'hour'
    ? Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'))
    : daysOf(span);
}

/** Whether nothing more will come to what begins then: only then is it fair to compare it. */
export function isOver({ grouping, span }: SeriesAsked, start: string | null): boolean {
  const now = today();
  if (span.to < now) return true;
  if (start === null || (grouping === 'hour' && span.from !== span.to)) return false;
  return grouping === 'hour' ? Number(start) < hourOf(new Date().toISOString()) : start < now;
}

/** What is in its place in the span before. */
export function startBefore(start: string, { grouping, span }: SeriesAsked): string {
  return grouping === 'day' ? shiftDay(start, -lengthOf(span)) : start;
}

function byStart(rows: readonly Row[]): Map<string, Row[]> {
  const starts = new Map<string, Row[]>();
  for (const row of rows) {
    const start = row.start ?? '';
    starts.set(start, [...(starts.get(start) ?? []), row]);
  }
  return starts;
}

/** Which place in the stack each name has: those with most have one each, the others the last together. */
function groupsOf(
  rows: readonly Row[],
  split: Division | null,
  measure: Measure,
): { groups: Map<string, number>; names: string[] } {
  if (split === null) return { groups: new Map(), names: [''] };
  const sums = new Map<string, { name: string; sum: number }>();
  for (const row of rows) {
    const known = sums.get(idOf(row));
    sums.set(idOf(row), { name: nameOf(row, split), sum: (known?.sum ?? 0) + (row[measure] ?? 0) });
  }
  const ranked = [...sums].sort(([, one], [, other]) => other.sum - one.sum);
  const most = ranked.length > MOST_SERIES + 1 ? MOST_SERIES : ranked.length;
  const groups = new Map(ranked.map(([id], index) => [id, Math.min(index, most)]));
  const names = ranked.slice(0, most).map(([, { name }]) => name);
  if (ranked.length > most) names.push(t().others(ranked.length - most));
  return { groups, names };
}
