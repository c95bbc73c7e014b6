import type { Collection } from '../../platform/metrics/metric';
import type { Worker } from './worker';

/** How long a scrape waits for a worker. */
const WORKER_TIMEOUT_MS = 1_000;

/** The metrics of all workers as if they were one process: what one has counted is not taken back when it ends. */
export class WorkersMetrics {
  private readonly workers = new Map<Worker, number>();
  private departed: Collection = [];
  private removing: Promise<void> = Promise.resolve();

  /** @param count how many workers there are to be. */
  constructor(private readonly count: number) {}

  /** @param place of the worker, from 0; its successor has the same. */
  add(worker: Worker, place: number): void {
    this.workers.set(worker, place);
    worker.onScrape = () => this.text();
    void worker.gone.then(() => {
      // One after the other: each adds to what the ones before have left.
      this.removing = this.removing.then(() => this.remove(worker));
    });
  }

  /** As OpenMetrics text. A worker that is silent is named, and has the counts that it said last. */
  async text(): Promise<string> {
    // Loaded only where somebody asks.
    const { countersOf, toText, workersUp } = await import('../../platform/metrics/merge.js');
    const answers = await Promise.all(
      [...this.workers].map(async ([worker, place]) => ({
        worker,
        place,
        collected: await worker.collect(WORKER_TIMEOUT_MS),
      })),
    );
    const up = Array.from({ length: this.count }, (_, index) =>
      answers.some(({ place, collected }) => place === index && collected !== null),
    );
    // One that has ended meanwhile is among the departed.
    const said = answers
      .filter(({ worker }) => this.workers.has(worker))
      .map(({ worker, collected }) => collected ?? countersOf(worker.collected));
    return toText([this.departed, ...said, [workersUp(up)]]);
  }

  private async remove(worker: Worker): Promise<void> {
    const { countersOf, merge } = await import('../../platform/metrics/merge.js');
    this.departed = await merge([this.departed, countersOf(worker.collected)]);
    this.workers.delete(worker);
  }
}
