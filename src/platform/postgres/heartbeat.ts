import { Logger } from '@nestjs/common';
import { DatabaseAwayError } from '../../common/http/problem/service-errors';
import { PrimaryInForce } from './primary-in-force';

/** A timer that is later than this shows that this process was blocked, and says nothing about the database. */
const LATE_TIMER_MS = 100;

interface WaitingRead {
  reject: ((error: DatabaseAwayError) => void) | null;
}

/**
 * Whether PostgreSQL responds at all. When a statement takes long, the server may be working on it, or it may be stopped
 * or unreachable. So a small query is sent all the time, outside of the pool. While it gets no response, reads are
 * refused at once instead of waiting for their timeouts.
 */
export class Heartbeat {
  private readonly logger = new Logger(Heartbeat.name);
  private readonly waiting = new Set<WaitingRead>();
  private timer: NodeJS.Timeout | null = null;
  private silent = false;
  private readonly listeners = new Set<(answered: boolean) => void>();

  /** @param timeoutMs milliseconds that the small query may go without a response. */
  constructor(
    private readonly timeoutMs: number,
    readonly primary = new PrimaryInForce(() => undefined),
  ) {}

  /** Sends the small query. A refusal by the server counts as a response. */
  async listen<Answer>(query: () => Promise<Answer>): Promise<Answer> {
    this.timer ??= this.startTimer();
    try {
      const answer = await query();
      this.noteResponse();
      this.notify(true);
      return answer;
    } catch (error) {
      if (isHeard(error)) this.noteResponse();
      this.notify(false);
      throw error;
    }
  }

  /**
   * Returns the result of a read. If PostgreSQL is silent, it does not wait for the read, whose result is then ignored. The read
   * ends at the latest with the timeouts of the pool.
   *
   * @throws DatabaseAwayError as soon as PostgreSQL is silent.
   */
  async during<Result>(read: () => Promise<Result>): Promise<Result> {
    if (this.silent) throw new DatabaseAwayError();
    if (!this.primary.mayRead) await this.primary.untilMayRead();
    return new Promise((resolve, reject) => {
      const reading = read();
      const waiting: WaitingRead = { reject };
      this.waiting.add(waiting);
      void reading.then(resolve, reject).then(() => this.forget(waiting));
    });
  }

  /** Resolves when the next small query has ended: true if it succeeded. If no query is sent, it never resolves. */
  next(): Promise<boolean> {
    return new Promise((resolve) => this.listeners.add(resolve));
  }

  /** Called when no more queries are sent. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private startTimer(): NodeJS.Timeout {
    const dueAt = performance.now() + this.timeoutMs;
    return setTimeout(() => {
      if (performance.now() - dueAt > LATE_TIMER_MS) this.timer = this.startTimer();
      else this.giveUp();
    }, this.timeoutMs).unref();
  }

  private giveUp(): void {
    this.silent = true;
    this.logger.warn('PostgreSQL does not respond: reads that need it are refused');
    this.waiting.forEach(({ reject }) => reject?.(new DatabaseAwayError()));
  }

  /** Empties the entry too, because the set keeps it reachable for a while (see SingleFlight). */
  private forget(waiting: WaitingRead): void {
    this.waiting.delete(waiting);
    waiting.reject = null;
  }

  private notify(answered: boolean): void {
    this.listeners.forEach((listener) => listener(answered));
    this.listeners.clear();
  }

  private noteResponse(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.silent) this.logger.log('PostgreSQL responds again');
    this.silent = false;
  }
}

/** Only an error from the server or its host has a code. The timeouts of the driver have none. */
function isHeard(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'ETIMEDOUT';
}
