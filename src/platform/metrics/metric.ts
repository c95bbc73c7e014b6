/** OpenMetrics text. */
export const CONTENT_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** One value of a metric. */
export interface Sample {
  /** Only names and values that the code knows: none that grow with the data. */
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** The name with a suffix such as `_bucket`, of a histogram. */
  readonly metricName?: string;
}

/** What never changes about a metric. */
export interface MetricDescription {
  /** With its unit. A counter's is written without `_total`, which OpenMetrics adds. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** How the values of several workers become one. Only what is summed is counted by each worker for itself. */
  readonly aggregator: 'sum' | 'min' | 'max';
}

/** A metric with its values at one moment. */
export interface CollectedMetric extends MetricDescription {
  readonly values: readonly Sample[];
}

/** All metrics of a process at one moment. */
export type Collection = readonly CollectedMetric[];
