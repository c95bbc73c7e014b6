import type { Collection } from './metric';

/** What a worker and the process that keeps it say to each other about metrics. */
export type MetricsMessage =
  /** To a worker: say what you count. */
  | { readonly collect: number }
  /** From a worker: this is what it counts. It answers the request with this number; 0: it says so of itself, as it ends. */
  | { readonly collected: number; readonly metrics: Collection }
  /** From a worker: somebody asks it for the metrics of all. */
  | { readonly scrape: number }
  /** To a worker: those are here. */
  | { readonly scraped: number; readonly text: string };

/** Whether a message is about metrics. Messages of others, such as of `node:cluster`, are left alone. */
export function isAboutMetrics(message: unknown): message is MetricsMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    ['collect', 'collected', 'scrape', 'scraped'].some((name) => name in message)
  );
}
