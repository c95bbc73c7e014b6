import cluster from 'node:cluster';
import { Injectable, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { OverloadedError } from '../../common/http/problem/service-errors';
import { toText, workersUp } from './merge';
import { isAboutMetrics, type MetricsMessage } from './messages';
import { Metrics } from './metrics';

/** The first process waits for its workers, and this process for it a little longer. */
const FIRST_PROCESS_TIMEOUT_MS = 3_000;

/** The metrics of all processes that serve on one port, whichever of them is asked. */
@Injectable()
export class Scrape implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly waiting = new Map<number, (text: string) => void>();
  private asked = 0;

  constructor(private readonly metrics: Metrics) {}

  onApplicationBootstrap(): void {
    if (cluster.isWorker) process.on('message', this.hear);
  }

  /** What a worker has counted since it was asked last is not lost when it ends. */
  async onApplicationShutdown(): Promise<void> {
    if (!cluster.isWorker) return;
    process.off('message', this.hear);
    await tell({ collected: 0, metrics: await this.metrics.collect() });
  }

  /**
   * As OpenMetrics text.
   *
   * @throws OverloadedError when the first process does not answer: what this one has counted alone would look like a restart.
   */
  async text(): Promise<string> {
    if (cluster.isWorker) return this.askFirstProcess();
    return toText([await this.metrics.collect(), [workersUp([true])]]);
  }

  private readonly hear = (message: unknown): void => {
    if (!isAboutMetrics(message)) return;
    if ('collect' in message) void this.answer(message.collect);
    if ('scraped' in message) this.waiting.get(message.scraped)?.(message.text);
  };

  private async answer(id: number): Promise<void> {
    await tell({ collected: id, metrics: await this.metrics.collect() });
  }

  private async askFirstProcess(): Promise<string> {
    const id = (this.asked += 1);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        this.waiting.set(id, resolve);
        timer = setTimeout(() => reject(new OverloadedError()), FIRST_PROCESS_TIMEOUT_MS);
        void tell({ scrape: id });
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(id);
    }
  }
}

/** Resolves when it is sent, or can't be: the first process may be gone. */
function tell(message: MetricsMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, () => resolve());
    else resolve();
  });
}
