import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import type { Scope } from '../../platform/access/scopes';

const MINUTE_MS = 60_000;
const WRITTEN_INTERVAL_MS = 1_000;
/** So many different counts wait at most, such as those of an hour in which the database was away. */
const MOST_WAITING = 5_000;

/** What riders want of the service where they pay or board. */
const COUNTED: readonly (Scope | null | undefined)[] = ['trips:board', 'recharges:write'];
/** That the request itself could not be read, or came too often, says nothing of a boarding or a recharge. */
const REFUSALS: readonly number[] = [402, 403, 404, 409, 422];

const WRITE = `
  INSERT INTO refusal_minutes AS counts (minute, operation, code, refusals)
  SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[]) AS new (minute, operation, code, refusals)
  ORDER BY minute, operation, code
  ON CONFLICT (minute, operation, code) DO UPDATE SET refusals = counts.refusals + excluded.refusals`;

interface Refusals {
  readonly minute: Date;
  readonly operation: string;
  readonly code: string;
  refusals: number;
}

/**
 * Counts the boardings and recharges that are refused, by minute. They are counted in memory, and written together each second,
 * so a refused request does not wait for it. Those of the last second are lost if the process is killed.
 */
@Injectable()
export class RefusalCounts implements OnApplicationShutdown {
  private readonly logger = new Logger(RefusalCounts.name);
  private counts = new Map<string, Refusals>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly unanswered: UnansweredCommits,
  ) {}

  /** Must be called before routes are registered. */
  watch(server: FastifyInstance): void {
    server.decorateRequest('problem', null);
    server.addHook('onRoute', (route) => this.watchRoute(route));
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    await this.write();
  }

  private watchRoute(route: RouteOptions): void {
    if (!COUNTED.includes(route.config?.access?.scope)) return;
    route.onResponse = [
      (request, reply, done) => {
        if (request.problem !== null && REFUSALS.includes(reply.statusCode))
          this.count(request, request.problem);
        done();
      },
      ...[route.onResponse ?? []].flat(),
    ];
  }

  private count({ method, routeOptions: { url = '' } }: FastifyRequest, code: string): void {
    const minute = new Date(Math.floor(this.clock.now().getTime() / MINUTE_MS) * MINUTE_MS);
    this.add({ minute, operation: `${method} ${url}`, code, refusals: 1 });
    this.timer ??= setTimeout(() => void this.write(), WRITTEN_INTERVAL_MS).unref();
  }

  private add(refusals: Refusals): void {
    const key = `${refusals.minute.getTime()} ${refusals.operation} ${refusals.code}`;
    const known = this.counts.get(key);
    if (known) known.refusals += refusals.refusals;
    else if (this.counts.size < MOST_WAITING) this.counts.set(key, refusals);
  }

  private async write(): Promise<void> {
    // The next refusal tries again.
    if (this.unanswered.refusesWrites) return void (this.timer = null);
    const counts = [...this.counts.values()];
    this.counts = new Map();
    this.timer = null;
    if (counts.length === 0) return;
    try {
      await this.dataSource.query(WRITE, [
        counts.map(({ minute }) => minute),
        counts.map(({ operation }) => operation),
        counts.map(({ code }) => code),
        counts.map(({ refusals }) => refusals),
      ]);
    } catch (error) {
      this.logger.debug(`refusals are not written yet: ${String(error)}`);
      // The next refusal, or the stop of the service, tries again.
      for (const refusals of counts) this.add(refusals);
    }
  }
}
