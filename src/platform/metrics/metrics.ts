import { Injectable } from '@nestjs/common';
import { type Metric, Registry } from 'prom-client';
import type { Awaitable } from '../../common/awaitable';
import type { Durations } from '../../common/http/durations';
import type { CollectedMetric, Collection, MetricDescription, Sample } from './metric';

type Read = () => Awaitable<readonly Sample[]>;

/** What this process shows of itself. Nothing is prepared while nobody asks: each metric is read when it is collected. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  /** Something that only grows while the process lives. @param aggregator is `max` where the database counts it for all. */
  counter(name: string, help: string, read: Read, aggregator: MetricDescription['aggregator'] = 'sum'): void {
    this.add({ name, help, type: 'counter', aggregator }, read);
  }

  gauge(name: string, help: string, read: Read, aggregator: MetricDescription['aggregator'] = 'sum'): void {
    this.add({ name, help, type: 'gauge', aggregator }, read);
  }

  histogram(name: string, help: string, read: () => readonly LabelledDurations[]): void {
    this.add({ name, help, type: 'histogram', aggregator: 'sum' }, () =>
      read().flatMap((durations) => samplesOf(name, durations)),
    );
  }

  async collect(): Promise<Collection> {
    return (await this.registry.getMetricsAsJSON()) as unknown as Collection;
  }

  private add(description: MetricDescription, read: Read): void {
    const get = async (): Promise<CollectedMetric> => ({ ...description, values: await valuesOf(read) });
    // The registry asks a metric for nothing else, and its own classes count in ways of their own.
    this.registry.registerMetric({ ...description, get } as unknown as Metric);
  }
}

/** A series of a histogram. */
export interface LabelledDurations {
  readonly labels: Sample['labels'];
  readonly durations: Durations;
}

/** What can't be read now is left out: the others are needed most when something is away. */
async function valuesOf(read: Read): Promise<readonly Sample[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}

function samplesOf(name: string, { labels, durations }: LabelledDurations): Sample[] {
  const { bounds, cumulative, count, seconds } = durations;
  return [
    ...bounds.map((le, bucket) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le },
      value: cumulative[bucket] ?? 0,
    })),
    { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
