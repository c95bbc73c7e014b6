import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '../../common/program/startup-error';
import type { StopSignal } from '../../common/program/stop-signal';
import { Worker, type WorkerEnvironment } from './worker';
import { WorkersMetrics } from './workers-metrics';

/** Before the service listens, this many failed starts of the same worker in a row end the service. */
const MAX_START_FAILURES = 5;
/** From a failed start to the next one. The delay doubles with each failure, up to the longest. */
const FIRST_RETRY_DELAY_MS = 250;
const LONGEST_RETRY_DELAY_MS = 10_000;

/** The processes that serve, kept at their number by this one, which serves nothing itself. */
export class Workers {
  readonly metrics: WorkersMetrics;
  private readonly running = new Set<Worker>();
  private readonly stopping = new AbortController();
  private haveListened = false;

  /**
   * @param environment what the first process has settled for all.
   * @param onListening hears the URL once all of them take requests.
   */
  constructor(
    private readonly count: number,
    private readonly environment: WorkerEnvironment,
    private readonly logger: Logger,
    private readonly onListening: (url: string) => void,
  ) {
    this.metrics = new WorkersMetrics(count);
  }

  /**
   * Runs them until the signal to stop, and on until their last request is answered.
   *
   * @throws StartupError when they cannot listen, or end again and again before they have.
   */
  async run(stop: StopSignal): Promise<void> {
    const places = Array.from({ length: this.count }, (_, place) => this.keepRunning(place));
    try {
      await Promise.race([stop.received, Promise.all(places)]);
      this.logger.info('stopping: the workers finish their requests in flight first');
    } finally {
      this.stopping.abort();
      this.running.forEach((worker) => worker.stop());
      await Promise.allSettled(places);
    }
  }

  /** A worker that exits for any reason is replaced. */
  private async keepRunning(place: number): Promise<void> {
    for (let failures = 0; !this.isStopping();) {
      const worker = new Worker(this.environment, () => this.reportListening(worker));
      this.running.add(worker);
      this.metrics.add(worker, place);
      const reason = await worker.ended;
      this.running.delete(worker);
      if (this.isStopping()) return;
      this.logger.warn({ worker: worker.pid, reason }, 'a worker exited');
      failures = worker.url ? 0 : failures + 1;
      if (failures > 0) await this.waitOrGiveUp(failures, worker, reason);
    }
  }

  private reportListening({ pid, url }: Worker): void {
    this.logger.info({ worker: pid }, 'a worker listens');
    const listening = [...this.running].filter((worker) => worker.url);
    if (this.haveListened || !url || listening.length < this.count) return;
    this.haveListened = true;
    this.onListening(url);
  }

  /**
   * What an operator can mend ends the first start at once, as it does with one process. Later on the workers that serve
   * are left to it, and the missing one comes when it can: the database may just be away.
   */
  private async waitOrGiveUp(failures: number, { complaint }: Worker, reason: string): Promise<void> {
    if (!this.haveListened) {
      if (complaint) throw new StartupError(complaint);
      if (failures === MAX_START_FAILURES)
        throw new StartupError(
          `a worker exited ${failures} times before it listened; the last reason: ${reason}`,
        );
    }
    const delayMs = Math.min(FIRST_RETRY_DELAY_MS * 2 ** (failures - 1), LONGEST_RETRY_DELAY_MS);
    await sleep(delayMs, null, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
