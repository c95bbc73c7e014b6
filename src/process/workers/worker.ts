import cluster from 'node:cluster';
import { join } from 'node:path';
import { handOnConnections } from './hand-on-connections';
import { isAboutMetrics, type MetricsMessage } from '../../platform/metrics/messages';
import type { Collection } from '../../platform/metrics/metric';
import type { WorkerMessage } from './message';

/** What the first process settles for a worker: the database that it has found, and who may call because of that. */
export type WorkerEnvironment = Readonly<Record<'DATABASE_URL' | 'DATABASE_URL_FILE' | 'AUTH', string>>;

/** A process that serves, as the one that started it sees it. */
export class Worker {
  /** Resolves when it is gone, with the reason in words. */
  readonly ended: Promise<string>;
  /** Where it listens, once it does. */
  url: string | undefined;
  /** What its operator can mend, where that is why it ended. */
  complaint: string | undefined;
  /** Resolves when it has ended, and everything that it said was heard. */
  readonly gone: Promise<void>;
  /** What it said last that it counts. */
  collected: Collection = [];
  /** Returns the metrics of all workers, for one that is asked for them. */
  onScrape: (() => Promise<string>) | null = null;
  private readonly process;
  private readonly waiting = new Map<number, (collected: Collection) => void>();
  private asked = 0;

  /** @param onListening is called once it takes requests. */
  constructor(environment: WorkerEnvironment, onListening: () => void) {
    cluster.setupPrimary({ exec: join(__dirname, 'main.js') });
    const worker = cluster.fork(environment);
    this.process = worker.process;
    handOnConnections(worker);
    worker.on('message', (message: WorkerMessage | MetricsMessage) => {
      if (isAboutMetrics(message)) {
        this.hear(message);
      } else if ('failed' in message) {
        this.complaint = message.failed;
      } else {
        this.url = message.listening;
        onListening();
      }
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code, signal: string | null) =>
        resolve(this.complaint ?? signal ?? `exit code ${code}`),
      );
      // Also what could not be sent to a worker that is just gone: only one that never was there has no pid.
      worker.on('error', (error) => {
        if (!this.pid) resolve(error.message);
      });
    });
    const disconnected = new Promise<void>((resolve) => worker.once('disconnect', resolve));
    this.gone = this.ended.then(() => (this.pid ? disconnected : undefined));
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Asks it to finish its requests and end. */
  stop(): void {
    this.process.kill('SIGTERM');
  }

  /** What it counts now; null if it does not listen, or does not say so in time. */
  async collect(timeoutMs: number): Promise<Collection | null> {
    if (!this.url) return null;
    const id = (this.asked += 1);
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Collection | null>((resolve) => {
      this.waiting.set(id, resolve);
      timer = setTimeout(() => resolve(null), timeoutMs);
    });
    this.tell({ collect: id });
    const collected = await answer;
    clearTimeout(timer);
    this.waiting.delete(id);
    return collected;
  }

  private hear(message: MetricsMessage): void {
    if ('collected' in message) {
      this.collected = message.metrics;
      this.waiting.get(message.collected)?.(message.metrics);
    } else if ('scrape' in message) {
      void this.onScrape?.().then((text) => this.tell({ scraped: message.scrape, text }));
    }
  }

  private tell(message: MetricsMessage): void {
    // One that is just gone hears nothing, which is seen by its silence.
    if (this.process.connected) this.process.send(message, () => undefined);
  }
}
