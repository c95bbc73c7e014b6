import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartupError } from '../../common/program/startup-error';
import type { StopSignal } from '../../common/program/stop-signal';
import { Worker, type WorkerEnvironment } from './worker';

/** So many starts in a row, of the same place, may fail before the service has listened. */
const MOST_FAILURES = 5;
/** Milliseconds from a failed start to the next; it doubles with each, up to the longest. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 10_000;

/** The processes that serve, kept at their number by this one, which serves nothing itself. */
export class Workers {
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
  ) {}

  /**
   * Runs them until the signal to stop, and on until their last request is answered.
   *
   * @throws StartupError when they cannot listen, or end again and again before they have.
   */
  async run(stop: StopSignal): Promise<void> {
    const places = Array.from({ length: this.count }, () => this.keep());
    try {
      await Promise.race([stop.received, Promise.all(places)]);
      this.logger.info('stopping: the workers finish their requests in flight');
    } finally {
      this.stopping.abort();
      this.running.forEach((worker) => worker.stop());
      await Promise.allSettled(places);
    }
  }

  /** Keeps one place filled: a worker that ends is followed by another. */
  private async keep(): Promise<void> {
    for (let failures = 0; !this.isStopping();) {
      const worker = new Worker(this.environment, () => this.listens(worker));
      this.running.add(worker);
      const reason = await worker.ended;
      this.running.delete(worker);
      if (this.isStopping()) return;
      this.logger.warn({ worker: worker.pid, reason }, 'a worker ended');
      failures = worker.url ? 0 : failures + 1;
      if (failures > 0) await this.pauseOrGiveUp(failures, worker, reason);
    }
  }

  private listens({ pid, url }: Worker): void {
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
  private async pauseOrGiveUp(failures: number, { complaint }: Worker, reason: string): Promise<void> {
    if (!this.haveListened) {
      if (complaint) throw new StartupError(complaint);
      if (failures === MOST_FAILURES)
        throw new StartupError(`a worker ended ${failures} times before it listened, at last by ${reason}`);
    }
    const pause = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
    await sleep(pause, null, { signal: this.stopping.signal }).catch(() => undefined);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
