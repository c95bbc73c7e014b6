import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { type Service, type ServiceOptions, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { HttpClient } from './http-client';

export interface Servers {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

/** How it runs, and what every request to it has. */
export interface MemberOptions extends Pick<ServiceOptions, 'env' | 'nodeOptions'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** In characters. */
const LAST_WORDS = 4_000;

/** What may go wrong with a process, in the ways that a caller notices. */
export const TROUBLES = ['killed', 'paused', 'without database', 'without standby'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** One copy of the service: it keeps its port when it is started anew, and reaches Redis through a proxy. */
export class Member {
  readonly client: HttpClient;
  private service: Service | null = null;
  private readonly troubles = new Map<Trouble, { since: number; until: number }>();
  private starting = Promise.resolve();
  /** Hears how it ended and what it wrote last, when nobody has ended it. */
  onCrash = (_crash: string): unknown => undefined;

  private constructor(
    readonly name: string,
    private readonly port: number,
    readonly redis: TcpProxy,
    private readonly databaseUrl: string,
    private readonly options: MemberOptions,
  ) {
    this.client = new HttpClient(port, options.headers);
  }

  static async start(
    name: string,
    { databaseUrl, redisUrl }: Servers,
    options: MemberOptions,
  ): Promise<Member> {
    const redis = await startProxy(redisUrl);
    const member = new Member(name, await findFreePort(), redis, databaseUrl, options);
    try {
      await member.run();
    } catch (error) {
      await member.stop();
      throw error;
    }
    return member;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it runs. */
  async isRunning(): Promise<void> {
    await this.starting;
  }

  get isDown(): boolean {
    return this.service === null;
  }

  async signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    await this.service?.kill(signal);
  }

  /** Ends at once, as by a crash. */
  async kill(): Promise<void> {
    const { service } = this;
    this.service = null;
    this.starting = new Promise((resolve) => (this.started = resolve));
    await service?.kill('SIGKILL');
    await service?.stop();
  }

  /** Runs it again after it was killed. */
  async run(): Promise<void> {
    const { port, databaseUrl, options } = this;
    const service = await startService({ ...options, port, databaseUrl, redisUrl: this.redis.url });
    this.service = service;
    void service.exited.then(({ code, signal }) => {
      if (this.service === service)
        this.onCrash(`ended (${code ?? signal}): ${service.output.slice(-LAST_WORDS)}`);
    });
    this.started();
  }

  begin(trouble: Trouble): void {
    this.troubles.set(trouble, { since: performance.now(), until: Infinity });
  }

  end(trouble: Trouble): void {
    const since = this.troubles.get(trouble)?.since ?? performance.now();
    this.troubles.set(trouble, { since, until: performance.now() });
  }

  /** Whether it was in this trouble at some time since then. */
  had(trouble: Trouble, since: number): boolean {
    return (this.troubles.get(trouble)?.until ?? -Infinity) >= since;
  }

  async stop(): Promise<void> {
    const { service } = this;
    this.service = null;
    this.client.close();
    await service?.stop();
    await this.redis.stop();
  }

  private started = (): void => undefined;
}
