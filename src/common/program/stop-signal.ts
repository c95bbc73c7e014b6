import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

type StoppingSignal = (typeof SIGNALS)[number];

/** The process exits this long after the signal; PostgreSQL rolls back what is still running then. */
const GRACE_MS = 9_500;

/** Work was cancelled because somebody asked the program to stop. */
export class StoppedError extends Error {
  constructor(readonly by: StoppingSignal) {
    super(`stopped by ${by} before it was done; nothing half-done is left`);
  }

  /** The exit code that shells use for a signal: 130 after Ctrl-C, 143 after SIGTERM. */
  get exitCode(): number {
    return 128 + constants.signals[this.by];
  }
}

/** The signal to stop: SIGTERM, or Ctrl-C. */
export class StopSignal {
  readonly received: Promise<void>;
  private readonly controller = new AbortController();
  private deadline: NodeJS.Timeout | undefined;

  constructor() {
    this.received = new Promise((resolve) => this.aborted.addEventListener('abort', () => resolve()));
    const stop = (name: StoppingSignal): void => {
      if (this.aborted.aborted) return;
      const reason = new StoppedError(name);
      this.exitAfter(GRACE_MS, reason);
      this.controller.abort(reason);
    };
    SIGNALS.forEach((name) => process.on(name, stop));
  }

  /** Allows a stop so many milliseconds more than usual, from now. */
  allow(moreMs: number): void {
    const reason: unknown = this.aborted.reason;
    if (reason instanceof StoppedError) this.exitAfter(GRACE_MS + moreMs, reason);
  }

  private exitAfter(ms: number, { exitCode }: StoppedError): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(() => process.exit(process.exitCode ?? exitCode), ms).unref();
  }

  /** Aborted when the signal comes, with a StoppedError as its reason. */
  get aborted(): AbortSignal {
    return this.controller.signal;
  }
}
