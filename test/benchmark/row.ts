/** What is measured, beside what in the same run, and what it should reach. */
export interface Measure {
  readonly name: string;
  /** The unit of the value, such as `boardings/s`. */
  readonly metric: string;
  readonly value: number;
  /** The peer or the limit. */
  readonly beside: string;
  readonly beside_value: number;
  /** The value divided by the other. */
  readonly ratio: number;
  /** The ratio to reach, such as `>= 1` or `<= 1.4`. */
  readonly target: string;
  readonly met: boolean;
}

/** A part of the benchmark that can be run by its name alone. */
export interface Row {
  readonly name: string;
  readonly run: () => Promise<readonly Measure[]>;
}

/** Completes a measure; at least or at most the ratio. */
export function measure(
  given: Omit<Measure, 'ratio' | 'target' | 'met'>,
  { least, most }: { readonly least?: number; readonly most?: number },
): Measure {
  const ratio = given.value / given.beside_value;
  return {
    ...given,
    ratio,
    target: least === undefined ? `<= ${most}` : `>= ${least}`,
    met: ratio >= (least ?? -Infinity) && ratio <= (most ?? Infinity),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
