import type { CityName, LabState, ProcessView, ServerName } from './shapes';
import type { CityProcess } from './world/city-process';
import type { World } from './world/world';

interface Sample {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Makes the state, with rates from what was counted since the last tick. */
export class Sampler {
  private before: Sample;
  private latest: Sample;

  constructor(private readonly world: World) {
    this.before = this.latest = sampleOf(world);
  }

  tick(): void {
    this.before = this.latest;
    this.latest = sampleOf(this.world);
    for (const { traffic } of this.world.cities) traffic.tick();
  }

  state({ seed, experiment, steps }: Pick<LabState, 'seed' | 'experiment' | 'steps'>): LabState {
    const { world } = this;
    const { ours, plain, redis, postgres } = world;
    return {
      at: new Date().toISOString(),
      seed,
      isTrafficOn: world.isBusy,
      experiment,
      redis: { address: new URL(redis.url).host, memory: world.redisMemory, hasDump: world.hasDump },
      postgres: { address: new URL(postgres.url).host, state: postgres.state },
      processes: world.cities.flatMap((city) =>
        city.processes.map((process) => this.viewOf(process, city.name)),
      ),
      cities: { ours: ours.traffic.now, plain: plain.traffic.now },
      offences: { ours: ours.traffic.offences, plain: plain.traffic.offences },
      steps,
    };
  }

  private viewOf(process: CityProcess, city: CityName): ProcessView {
    const { name, url, pid, state, linkStates } = process;
    const links = linkStates.map((link) => ({
      ...link,
      requestsPerSecond: this.rate(nameOf(name, link.server)),
    }));
    return { name, city, url, pid, state, requestsPerSecond: this.rate(name), links };
  }

  private rate(name: string): number {
    const { before, latest } = this;
    const seconds = (latest.at - before.at) / 1_000;
    if (seconds === 0) return 0;
    return Math.round(((latest.counts.get(name) ?? 0) - (before.counts.get(name) ?? 0)) / seconds);
  }
}

function sampleOf({ processes }: World): Sample {
  const counts = new Map<string, number>();
  for (const { name, requests, linkStates } of processes) {
    counts.set(name, requests);
    for (const link of linkStates) counts.set(nameOf(name, link.server), link.requests);
  }
  return { at: performance.now(), counts };
}

function nameOf(process: string, server: ServerName): string {
  return `${process} ${server}`;
}
