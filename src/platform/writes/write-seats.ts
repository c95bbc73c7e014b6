import { DatabaseBusyError } from '../../common/http/problem/service-errors';

interface Waiting {
  readonly admit: () => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * How many writes may use the pool of connections at the same time. The rest of the pool is for reads, which so go on while all
 * writes wait for something: for the lock of one card, or for a standby of the database.
 */
export class WriteSeats {
  private readonly queue = new Set<Waiting>();

  /**
   * @param free how many writes may begin now.
   * @param timeoutMs how long a write may wait for another to end.
   */
  constructor(
    private free: number,
    private readonly timeoutMs: number,
  ) {}

  /** @throws DatabaseBusyError if no write has ended in time. */
  async take(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await this.wait();
  }

  giveBack(): void {
    const [first] = this.queue;
    if (!first) {
      this.free += 1;
      return;
    }
    this.queue.delete(first);
    clearTimeout(first.timer);
    first.admit();
  }

  private wait(): Promise<void> {
    return new Promise((admit, refuse) => {
      const timer = setTimeout(() => {
        this.queue.delete(waiting);
        refuse(new DatabaseBusyError());
      }, this.timeoutMs);
      const waiting = { admit, timer };
      this.queue.add(waiting);
    });
  }
}
