import type { Measure } from './row';

const HEADINGS = ['what', 'metric', 'value', 'beside', 'value', 'ratio', 'target', ''] as const;
const NUMBERS: ReadonlySet<number> = new Set([2, 4, 5]);

/** The measures as lines of a table. */
export function table(measures: readonly Measure[]): string[] {
  const rows = [HEADINGS, ...measures.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        NUMBERS.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function cells({ name, metric, value, beside, beside_value, ratio, target, met }: Measure): string[] {
  return [
    name,
    metric,
    number(value),
    beside,
    beside_value === null ? beside && 'not measured' : number(beside_value),
    ratio?.toFixed(2) ?? '',
    target ?? '',
    met === null ? '' : met ? 'met' : 'NOT MET',
  ];
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
