import { Logger } from '@nestjs/common';
import { DatabaseAwayError } from '../../common/http/problem/domain-error';

/** A timer that is so late, in milliseconds, tells of this process standing still, not of the database. */
const LATE = 100;

interface WaitingRead {
  reject: ((error: DatabaseAwayError) => void) | null;
}

/**
 * Whether PostgreSQL answers at all. A stopped server or a silent network says nothing, for as long as any timeout of
 * a statement; but a statement that takes long may be at work. So a small question is asked all the time, beside the
 * pool, and when that has no answer nobody waits for larger ones.
 */
export class Heartbeat {
  private readonly logger = new Logger(Heartbeat.name);
  private readonly waiting = new Set<WaitingRead>();
  private timer: NodeJS.Timeout | null = null;
  private silent = false;
  private readonly listeners = new Set<(answered: boolean) => void>();

  /** @param timeout milliseconds that the question may go without an answer. */
  constructor(private readonly timeout: number) {}

  /** Asks the small question; a refusal is an answer, too. */
  async listen<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    this.timer ??= this.startTimer();
    try {
      const answer = await ask();
      this.hear();
      this.tell(true);
      return answer;
    } catch (error) {
      if (isHeard(error)) this.hear();
      this.tell(false);
      throw error;
    }
  }

  /**
   * What a read brings. Given up, it is still bounded by the timeouts of the pool, and nobody hears what it brings.
   *
   * @throws DatabaseAwayError as soon as PostgreSQL is silent.
   */
  async during<Result>(read: () => Promise<Result>): Promise<Result> {
    if (this.silent) throw new DatabaseAwayError();
    return new Promise((resolve, reject) => {
      const reading = read();
      const waiting: WaitingRead = { reject };
      this.waiting.add(waiting);
      void reading.then(resolve, reject).then(() => this.forget(waiting));
    });
  }

  /** Whether the next small question to be done with was answered as it should be; never, when nobody asks. */
  next(): Promise<boolean> {
    return new Promise((resolve) => this.listeners.add(resolve));
  }

  /** Nobody asks any more. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private startTimer(): NodeJS.Timeout {
    const dueAt = performance.now() + this.timeout;
    return setTimeout(() => {
      if (performance.now() - dueAt > LATE) this.timer = this.startTimer();
      else this.giveUp();
    }, this.timeout).unref();
  }

  private giveUp(): void {
    this.silent = true;
    this.logger.warn('PostgreSQL says nothing: reads that need it are refused');
    this.waiting.forEach(({ reject }) => reject?.(new DatabaseAwayError()));
  }

  /** Emptied as well: the set keeps what was in it reachable for a while (see SingleFlight). */
  private forget(waiting: WaitingRead): void {
    this.waiting.delete(waiting);
    waiting.reject = null;
  }

  private tell(answered: boolean): void {
    this.listeners.forEach((listener) => listener(answered));
    this.listeners.clear();
  }

  private hear(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.silent) this.logger.log('PostgreSQL answers again');
    this.silent = false;
  }
}

/** Only an answer of the server, or of the host that it is on, has a code; the driver's own timeouts have none. */
function isHeard(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code !== 'ETIMEDOUT';
}
