import { daysBetween, shiftDay } from '../../lib/days';
import { type RuleBook, startOf } from './rules';

/** A column of the axis: from a day on which something changed until the next such day. */
export interface AxisColumn {
  readonly from: string;
  readonly until: string;
}

/** The days on which something changes are as far from each other as they are in time, but never too near to be read. */
export interface Axis {
  readonly columns: readonly AxisColumn[];
  /** Where today is: in which column, and how far into it, from 0 to 1. Null before the first. */
  readonly today: { readonly column: number; readonly share: number } | null;
}

/** What comes last has no end; so much of it is shown. */
const LAST_DAYS = 180;

export function axisOf({ rules, today }: RuleBook): Axis {
  const starts = [...new Set(rules.map(startOf))].sort();
  const last = starts.at(-1) ?? today;
  const end = shiftDay(last > today ? last : today, LAST_DAYS);
  const columns = starts.map((from, index) => ({ from, until: starts[index + 1] ?? end }));
  const column = columns.findLastIndex(({ from }) => from <= today);
  const found = columns[column];
  return {
    columns,
    today: found
      ? { column, share: daysBetween(found.from, today) / Math.max(1, daysBetween(found.from, found.until)) }
      : null,
  };
}
