import { readdirSync } from 'node:fs';
import { constants, performance, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Durations } from '../../common/http/durations';
import { version } from '../../common/program/version';
import type { Sample } from '../../platform/metrics/metric';
import type { Metrics } from '../../platform/metrics/metrics';
import { one } from './cache-metrics';

const MICROSECONDS = 1e6;
/** Those that OpenTelemetry advises, in seconds. */
const GC_BOUNDS = [0.01, 0.1, 1, 10];
const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

/** How late the event loop was, in milliseconds. */
interface Lateness {
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
}

/** Node.js, its memory and its time, by the names of OpenTelemetry. @param lateness that of the last seconds, once it is known. */
export function describeProcess(metrics: Metrics, lateness: () => Lateness | null): void {
  metrics.gauge(
    'travel_build_info',
    'The version of the service and of Node.js; its value is 1.',
    () => [{ labels: { version, node_version: process.versions.node }, value: 1 }],
    'max',
  );
  metrics.counter('process_cpu_time_seconds', 'CPU time of the processes that serve.', () => {
    const { user, system } = process.cpuUsage();
    return byLabel('cpu_mode', { user: user / MICROSECONDS, system: system / MICROSECONDS });
  });
  metrics.gauge('process_memory_usage_bytes', 'Resident memory of the processes that serve.', () =>
    one(process.memoryUsage.rss()),
  );
  metrics.gauge('v8js_memory_heap_used_bytes', 'What is used of the heap of V8.', () =>
    one(getHeapStatistics().used_heap_size),
  );
  metrics.gauge('process_unix_file_descriptor_count', 'Open files and connections.', () =>
    one(readdirSync('/proc/self/fd').length),
  );
  metrics.gauge(
    'process_uptime_seconds',
    'For how long the youngest process that serves runs.',
    () => one(process.uptime()),
    'min',
  );
  metrics.counter(
    'nodejs_eventloop_time_seconds',
    'Time of the event loop, by whether it worked or waited.',
    () => {
      const { active, idle } = performance.eventLoopUtilization();
      return byLabel('nodejs_eventloop_state', { active: active / 1_000, idle: idle / 1_000 });
    },
  );
  for (const name of ['mean', 'p99', 'max'] as const)
    metrics.gauge(
      `nodejs_eventloop_delay_${name}_seconds`,
      'How late the event loop was in the five seconds before, in the process where it was latest.',
      () => {
        const late = lateness();
        return late ? one(late[name] / 1_000) : [];
      },
      'max',
    );
  const collections = observeCollections();
  metrics.histogram('v8js_gc_duration_seconds', 'How long the garbage collections of V8 took.', () =>
    [...collections].map(([type, durations]) => ({ labels: { v8js_gc_type: type }, durations })),
  );
}

function byLabel(name: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([label, value]) => ({ labels: { [name]: label }, value }));
}

function observeCollections(): ReadonlyMap<string, Durations> {
  const collections = new Map(Object.values(GC_TYPES).map((type) => [type, new Durations(GC_BOUNDS)]));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // The types of Node.js leave out what such an entry has more than others.
      const { detail } = entry as unknown as { readonly detail: { readonly kind: number } };
      collections.get(GC_TYPES[detail.kind] ?? '')?.observe(entry.duration / 1_000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  return collections;
}
