const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** What is still running this long after the signal, in milliseconds, is left to the database to roll back. */
const GRACE = 9_500;

/** The operator's wish to stop: SIGTERM, or Ctrl-C. */
export class StopSignal {
  readonly received: Promise<void>;

  constructor() {
    this.received = new Promise((resolve) => {
      const stop = (): void => {
        setTimeout(() => process.exit(0), GRACE).unref();
        resolve();
      };
      SIGNALS.forEach((signal) => process.on(signal, stop));
    });
  }
}
