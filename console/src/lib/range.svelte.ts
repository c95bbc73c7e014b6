import { daysBetween, isDay, shiftDay, today } from './days';
import { place, setQuery } from './router.svelte';

/** Days that are chosen by a name; they move on with the calendar. */
export const PRESETS = ['today', 'yesterday', '7d', '30d', '90d', 'month', 'last-month', '12m'] as const;
export type Preset = (typeof PRESETS)[number];

/** Service days, both included. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

const USUAL: Preset = '30d';
/** The API gives no series longer than this. */
export const MOST_DAYS = 366;

/** What was chosen last. It stays from screen to screen, where an address says nothing else. */
let remembered: string = USUAL;

/** A range of time as an address has it: `30d`, or `2026-11-01..2026-11-28`. */
class TimeRange {
  get text(): string {
    const asked = place.query.range;
    return asked !== undefined && isRange(asked) ? asked : remembered;
  }

  /** Null where the days were picked. */
  get preset(): Preset | null {
    return PRESETS.find((preset) => preset === this.text) ?? null;
  }

  choose(text: string): void {
    remembered = text;
    setQuery({ range: text });
  }
}

export const timeRange = new TimeRange();

/** Keeps the range in the address of this screen: it can be shared, and the next screen has the same. */
export function keepRange(): void {
  $effect(() => {
    remembered = timeRange.text;
    if (place.query.range !== remembered) setQuery({ range: remembered });
  });
}

export function rangeOf({ from, to }: Span): string {
  return `${from}..${to}`;
}

/** The days that a range means now. */
export function spanOf(text: string): Span {
  const now = today();
  const month = `${now.slice(0, 7)}-01`;
  const last = (days: number): Span => ({ from: shiftDay(now, 1 - days), to: now });
  switch (text) {
    case 'today':
      return last(1);
    case 'yesterday':
      return { from: shiftDay(now, -1), to: shiftDay(now, -1) };
    case '7d':
      return last(7);
    case '30d':
      return last(30);
    case '90d':
      return last(90);
    case '12m':
      return last(365);
    case 'month':
      return { from: month, to: now };
    case 'last-month': {
      const end = shiftDay(month, -1);
      return { from: `${end.slice(0, 7)}-01`, to: end };
    }
    default: {
      const [from = now, to = now] = text.split('..');
      return { from, to };
    }
  }
}

/** The days before, as many. */
export function before(span: Span): Span {
  const days = lengthOf(span);
  return { from: shiftDay(span.from, -days), to: shiftDay(span.from, -1) };
}

/** The days after, as many. */
export function after(span: Span): Span {
  const days = lengthOf(span);
  return { from: shiftDay(span.from, days), to: shiftDay(span.to, days) };
}

/** How many days. */
export function lengthOf({ from, to }: Span): number {
  return daysBetween(from, to) + 1;
}

/** Whether days can be asked for together. */
export function isSpan({ from, to }: Span): boolean {
  return isDay(from) && isDay(to) && from <= to && lengthOf({ from, to }) <= MOST_DAYS;
}

function isRange(text: string): boolean {
  const [from, to] = text.split('..');
  return (
    PRESETS.some((preset) => preset === text) ||
    (from !== undefined && to !== undefined && isSpan({ from, to }))
  );
}
