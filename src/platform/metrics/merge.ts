import { AggregatorRegistry, type Registry } from 'prom-client';
import { type CollectedMetric, type Collection, CONTENT_TYPE } from './metric';

/** One collection of several: each metric by its own rule. */
export async function merge(collections: readonly Collection[]): Promise<Collection> {
  return (await registryOf(collections).getMetricsAsJSON()) as unknown as Collection;
}

/** The same as OpenMetrics text. */
export function toText(collections: readonly Collection[]): Promise<string> {
  return registryOf(collections).metrics();
}

/** What a process has counted, which stays true when it has ended. */
export function countersOf(collection: Collection): Collection {
  return collection.filter(({ type, aggregator }) => type !== 'gauge' && aggregator === 'sum');
}

/** Which workers answer. Each has a number from 1 to WORKERS, which its successor inherits. */
export function workersUp(answered: readonly boolean[]): CollectedMetric {
  return {
    name: 'travel_worker_up',
    help: 'Whether the worker with this number answered when it was asked for its metrics.',
    type: 'gauge',
    aggregator: 'max',
    values: answered.map((isUp, index) => ({ labels: { worker: index + 1 }, value: isUp ? 1 : 0 })),
  };
}

function registryOf(collections: readonly Collection[]): Registry<typeof CONTENT_TYPE> {
  const merged = AggregatorRegistry.aggregate<typeof CONTENT_TYPE>([...collections]);
  merged.setContentType(CONTENT_TYPE);
  return merged;
}
