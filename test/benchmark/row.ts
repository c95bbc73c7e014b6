import type { Bench } from './harness/bench';

/** What is measured, beside what in the same run, and what it should reach. */
export interface Measure {
  readonly name: string;
  /** The unit of the value, such as `boardings/s`. */
  readonly metric: string;
  readonly value: number;
  /** The peer or the limit. */
  readonly beside: string;
  /** Null where it could not be measured here. */
  readonly beside_value: number | null;
  /** The value divided by the other. */
  readonly ratio: number | null;
  /** The ratio to reach, such as `>= 1` or `<= 1.4`; null for what is only reported. */
  readonly target: string | null;
  readonly met: boolean | null;
}

/** A part of the benchmark that can be run by its name alone. */
export interface Row {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Measure[]>;
}

/** At least or at most the ratio; neither for what is only reported. */
export interface Target {
  readonly least?: number;
  readonly most?: number;
}

type Given = Pick<Measure, 'name' | 'metric' | 'value' | 'beside' | 'beside_value'>;

/** Completes a measure. */
export function measure(given: Given, { least, most }: Target = {}): Measure {
  const { value, beside_value } = given;
  const ratio = beside_value === null ? null : value / beside_value;
  const target = least !== undefined ? `>= ${least}` : most !== undefined ? `<= ${most}` : null;
  const met =
    ratio === null || target === null ? null : ratio >= (least ?? -Infinity) && ratio <= (most ?? Infinity);
  return { ...given, ratio, target, met };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
