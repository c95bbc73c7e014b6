import type { RedisServer } from '../../setup/redis-server';
import { until } from '../../setup/until';
import type { City } from './city';
import type { CityProcess } from './city-process';
import type { CleanUps } from './clean-ups';
import { Figures } from './figures';
import type { Machines } from './machines';
import type { PostgresMachine } from './postgres-machine';
import type { Traffic } from './traffic';

type RedisMemory = 'free' | 'full';

/** Two cities over one Redis and one PostgreSQL, every link between them, and what reads and writes there. */
export class World {
  redisMemory: RedisMemory = 'free';
  /** Whether a dump of Redis was kept. */
  hasDump = false;

  constructor(
    readonly machines: Machines,
    readonly postgres: PostgresMachine,
    readonly redis: RedisServer,
    readonly ours: City,
    readonly plain: City,
    private readonly traffics: readonly Traffic[],
    private readonly cleanUps: CleanUps,
  ) {}

  get cities(): readonly [ours: City, plain: City] {
    return [this.ours, this.plain];
  }

  get processes(): readonly CityProcess[] {
    return this.cities.flatMap(({ processes }) => processes);
  }

  get isBusy(): boolean {
    return this.traffics.some(({ isOn }) => isOn);
  }

  startTraffic(): void {
    this.traffics.forEach((traffic) => traffic.start());
  }

  async stopTraffic(): Promise<void> {
    await Promise.all(this.traffics.map((traffic) => traffic.stop()));
  }

  /** Everything as it was at the beginning: nothing is paused, cut, full or down. */
  async heal(): Promise<void> {
    this.ours.releaseAll();
    await this.postgres.resume();
    await this.redis.signal('SIGCONT');
    if (this.redisMemory === 'full') await this.fillRedis(false);
    for (const process of this.processes) {
      for (const link of Object.values(process.links)) await link.heal();
      process.resume();
      await process.start();
    }
  }

  async fillRedis(isFull: boolean): Promise<void> {
    await this.redis.command('CONFIG', 'SET', 'maxmemory', isFull ? '1' : '0');
    this.redisMemory = isFull ? 'full' : 'free';
  }

  resetFigures(): void {
    for (const city of this.cities) {
      const { onOffence } = city.traffic;
      city.traffic = new Figures();
      city.traffic.onOffence = onOffence;
    }
  }

  /** Waits until the caches of both cities are in use: without them our city would not have to prove anything. */
  async untilCaching(): Promise<void> {
    await until('every process hears the lab', () =>
      this.cities.every((city) => city.processes.every((process) => city.isHeardBy(process))),
    );
    for (const process of this.ours.processes)
      await until(`${process.name} trusts its cache`, () => isTrusting(process));
    const card = await this.plain.createCard(0);
    for (const process of this.plain.processes)
      await until(`${process.name} reaches Redis`, async () => {
        const seen = await this.plain.read(process, card.balanceView, new Figures());
        return typeof seen !== 'string' && seen.cache === 'HIT';
      });
  }

  async stop(): Promise<void> {
    await this.stopTraffic();
    await this.cleanUps.run();
  }
}

async function isTrusting({ client }: CityProcess): Promise<boolean> {
  const { body } = await client.send({ method: 'GET', path: '/cache/stats', timeoutMs: 5_000 });
  return (JSON.parse(body) as { cache_stats: { trusted: boolean } }).cache_stats.trusted;
}
