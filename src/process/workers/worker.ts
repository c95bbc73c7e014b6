import cluster from 'node:cluster';
import { join } from 'node:path';
import { handOnConnections } from './hand-on-connections';
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
  private readonly process;

  /** @param onListening is called once it takes requests. */
  constructor(environment: WorkerEnvironment, onListening: () => void) {
    cluster.setupPrimary({ exec: join(__dirname, 'main.js') });
    const worker = cluster.fork(environment);
    this.process = worker.process;
    handOnConnections(worker);
    worker.on('message', (message: WorkerMessage) => {
      if ('failed' in message) {
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
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Asks it to finish its requests and end. */
  stop(): void {
    this.process.kill('SIGTERM');
  }
}
