import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  BeforeApplicationShutdown,
  Injectable,
  Logger,
  OnApplicationBootstrap,
  OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FailureLog } from '../../common/program/failure-log';
import { version } from '../../common/program/version';
import { Clock } from '../../common/time/clock';
import { roundMilliseconds } from '../../common/time/stopwatch';
import { EpochWatch } from '../../platform/cache/protocol/epoch-watch';
import { AppConfig } from '../../platform/config/app-config';
import { poolFigures } from '../../platform/postgres/pool';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import type { Instances } from './dto/instances.dto';
import type { InstanceFigures, InstanceIdentity } from './instance';
import { InstancesRepository } from './instances.repository';

const INTERVAL_MS = 5_000;
const NANOSECONDS_A_MILLISECOND = 1e6;
/** Node.js sets a timer for so long, and measures when it comes. */
const RESOLUTION_MS = 10;

/** Tells all processes of this one, and shows all of them. Requests wait for none of it. */
@Injectable()
export class InstancesService
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private readonly failures = new FailureLog(
    new Logger(InstancesService.name),
    'this process cannot be seen in the list',
  );
  private readonly delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly identity: InstanceIdentity;
  private timer: NodeJS.Timeout | null = null;
  private noting: Promise<void> | null = null;
  private latest: InstanceFigures | null = null;

  constructor(
    private readonly instances: InstancesRepository,
    private readonly watch: EpochWatch,
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly unanswered: UnansweredCommits,
    clock: Clock,
  ) {
    this.identity = {
      instance_id: randomUUID(),
      host: hostname(),
      pid: process.pid,
      role: cluster.isWorker ? 'worker' : 'single',
      version,
      node_version: process.versions.node,
      started_at: clock.now(),
    };
  }

  onApplicationBootstrap(): void {
    this.delays.enable();
    this.timer = setInterval(() => this.noteOnce(), INTERVAL_MS).unref();
    this.noteOnce();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
    this.delays.disable();
  }

  /** A list that still names it shows for 15 seconds more that it was there, so a failure does no harm. */
  async onApplicationShutdown(): Promise<void> {
    await this.noting;
    await this.instances.remove(this.identity.instance_id).catch(() => undefined);
  }

  /** How late the event loop was in the interval before; null: the first one is not over. */
  get lateness(): InstanceFigures['event_loop_delay_ms'] | null {
    return this.latest?.event_loop_delay_ms ?? null;
  }

  async list(): Promise<Instances> {
    const rows = await this.instances.findAll();
    return {
      instances: rows.map(({ figures, ...row }) => ({
        ...row,
        is_this: row.instance_id === this.identity.instance_id,
        ...figures,
      })),
    };
  }

  /** While a note waits for the database, no other is begun. */
  private noteOnce(): void {
    if (this.unanswered.refusesWrites) return;
    this.noting ??= this.failures.attempt(() => this.note()).finally(() => (this.noting = null));
  }

  private async note(): Promise<void> {
    this.latest = this.figures();
    await this.instances.note(this.identity, this.latest);
  }

  private figures(): InstanceFigures {
    const { mean, max } = this.delays;
    const p99 = this.delays.percentile(99);
    this.delays.reset();
    return {
      cache: {
        store: this.config.get('REDIS_URL') ? 'redis' : 'memory',
        is_trusted: this.watch.trust() !== null,
      },
      event_loop_delay_ms: { mean: toMs(mean), p99: toMs(p99), max: toMs(max) },
      pool: poolFigures(this.dataSource),
      memory_bytes: process.memoryUsage.rss(),
    };
  }
}

/** Before the first measurement there is no mean. */
function toMs(nanoseconds: number): number {
  const late = nanoseconds / NANOSECONDS_A_MILLISECOND - RESOLUTION_MS;
  return late > 0 ? roundMilliseconds(late) : 0;
}
