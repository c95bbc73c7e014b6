import { HttpClient } from '../../consistency/http-client';
import type { LinkState, ProcessState, ServerName } from '../shapes';
import type { Link } from './link';

/** A program that runs, as far as the lab has to do with it. */
export interface Running {
  readonly pid: number;
  readonly exited: Promise<unknown>;
  /** Ends it as a crash does. */
  kill(): Promise<unknown>;
}

export type Links = Readonly<Record<ServerName, Link>>;

/** One process of a city: it keeps its address when it is started anew, and reaches its servers through links. */
export class CityProcess {
  readonly client: HttpClient;
  /** How many requests it was sent. */
  requests = 0;
  private running: Running | null = null;
  private isPaused = false;
  /** What was asked of it last: one thing is done after the other. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly name: string,
    readonly host: string,
    readonly port: number,
    readonly links: Links,
    private readonly run: (process: CityProcess) => Promise<Running>,
  ) {
    this.client = new HttpClient(port, {}, host);
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  get state(): ProcessState {
    if (!this.running) return 'down';
    return this.isPaused ? 'paused' : 'running';
  }

  get pid(): number | null {
    return this.running?.pid ?? null;
  }

  get linkStates(): readonly LinkState[] {
    return Object.values(this.links).map((link) => link.now);
  }

  /** Resolves when it takes requests. */
  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.running) return;
      const running = await this.run(this);
      this.running = running;
      void running.exited.then(() => {
        if (this.running === running) this.running = null;
      });
    });
  }

  pause(): void {
    this.signal('SIGSTOP');
    this.isPaused = this.running !== null;
  }

  resume(): void {
    this.signal('SIGCONT');
    this.isPaused = false;
  }

  kill(): Promise<void> {
    return this.inTurn(async () => {
      const { running } = this;
      this.running = null;
      this.isPaused = false;
      await running?.kill();
    });
  }

  /** Ends it and its links. */
  async stop(): Promise<void> {
    this.client.close();
    // It has nothing to finish, and what it would wait for may be paused.
    await this.kill();
    for (const link of Object.values(this.links)) await link.stop();
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private signal(name: NodeJS.Signals): void {
    if (!this.running) return;
    try {
      process.kill(this.running.pid, name);
    } catch (error) {
      // It has just ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
