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
  /** What to reach, such as `ratio <= 1.4` or `value <= 800`; null for what is only reported. */
  readonly target: string | null;
  readonly met: boolean | null;
}

/** A part of the benchmark that can be run by its name alone. */
export interface Row {
  readonly name: string;
  /** Whether it is among those of `--quick`: it has a target, and needs no large history. */
  readonly isQuick: boolean;
  readonly run: (bench: Bench) => Promise<readonly Measure[]>;
}

/** At least or at most the ratio, or the value by itself; none for what is only reported. */
export interface Target {
  readonly least?: number;
  readonly most?: number;
  readonly leastValue?: number;
  readonly mostValue?: number;
}

type Given = Pick<Measure, 'name' | 'metric' | 'value' | 'beside' | 'beside_value'>;

/** Completes a measure. */
export function measure(given: Given, target: Target = {}): Measure {
  const { value, beside_value } = given;
  const ratio = beside_value === null ? null : value / beside_value;
  const wanted = [
    ...limits('ratio', ratio, target.least, target.most),
    ...limits('value', value, target.leastValue, target.mostValue),
  ];
  return {
    ...given,
    ratio,
    target: wanted.length === 0 ? null : wanted.map(({ text }) => text).join(', '),
    met: wanted.length === 0 ? null : all(wanted.map(({ met }) => met)),
  };
}

/** What stands alone, without a peer. */
export function alone(name: string, metric: string, value: number, target: Target = {}): Measure {
  return measure({ name, metric, value, beside: '', beside_value: null }, target);
}

interface Limit {
  readonly text: string;
  /** Null where it could not be measured. */
  readonly met: boolean | null;
}

function limits(what: string, found: number | null, least?: number, most?: number): Limit[] {
  const isKnown = found !== null && !Number.isNaN(found);
  return [
    ...(least === undefined ? [] : [{ text: `${what} >= ${least}`, met: isKnown ? found >= least : null }]),
    ...(most === undefined ? [] : [{ text: `${what} <= ${most}`, met: isKnown ? found <= most : null }]),
  ];
}

/** Null where one is not known, unless another is not met. */
function all(met: readonly (boolean | null)[]): boolean | null {
  return met.includes(false) ? false : met.includes(null) ? null : true;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
