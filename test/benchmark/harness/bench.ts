import { startRedis, type RedisServer } from '../../setup/redis-server';
import type { BenchOptions } from '../options';
import { Cleanup } from './cleanup';
import { GivenHistory, type Histories, PreparedHistories, QuickHistory } from './histories';
import { LoadGenerator } from './load-generator';
import { type Environment, RunningServer, type ServiceOptions } from './running-server';

/** What rows measure with. Servers run until their row is done, everything else until the last is. */
export class Bench {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly isQuick: boolean;
  readonly load = new LoadGenerator();
  readonly histories: Histories;
  /** Of the row that runs. */
  readonly cleanup = new Cleanup();
  private redis: RedisServer | null = null;

  constructor({ rounds, seconds, warmUp, quick, database }: BenchOptions) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
    this.isQuick = quick;
    if (database !== null) this.histories = new GivenHistory(database);
    else this.histories = quick ? new QuickHistory() : new PreparedHistories();
  }

  async startService(env: Environment, options: ServiceOptions = {}): Promise<RunningServer> {
    return this.keep(await RunningServer.startService(env, options));
  }

  async startPeer(name: string, env: Environment): Promise<RunningServer> {
    return this.keep(await RunningServer.startPeer(name, env));
  }

  /** Empty at first, without persistence. */
  async redisUrl(): Promise<string> {
    this.redis ??= await startRedis();
    return this.redis.url;
  }

  /** Stops what a row has started. */
  async clear(): Promise<void> {
    await this.cleanup.run();
  }

  async close(): Promise<void> {
    await this.clear();
    await this.load.stop();
    await this.redis?.stop();
    await this.histories.close();
  }

  private keep(server: RunningServer): RunningServer {
    this.cleanup.add(() => server.stop());
    return server;
  }
}
