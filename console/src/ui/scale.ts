/** The scale of a chart: round numbers from at most the least to at least the most, and zero. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10];

/** @param count about how many steps. Counts and money have no fractions, so no step is below 1. */
export function scaleOf(least: number, most: number, count = 4): Scale {
  const [low, high] = [Math.min(0, least), Math.max(0, most)];
  const rough = Math.max((high - low) / count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.ceil((STEPS.find((one) => one * power >= rough) ?? 10) * power);
  const from = Math.floor(low / step) * step;
  const to = Math.max(Math.ceil(high / step), from / step + 1) * step;
  return {
    from,
    to,
    ticks: Array.from({ length: Math.round((to - from) / step) + 1 }, (_, n) => from + n * step),
  };
}

/** Where a value is, from 0 to 100. */
export function place(value: number, { from, to }: Scale): number {
  return ((value - from) / (to - from)) * 100;
}
