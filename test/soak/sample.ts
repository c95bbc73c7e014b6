import { readdirSync, readFileSync } from 'node:fs';
import { connect } from '../builders/connect';
import { scrape } from '../setup/open-metrics';
import type { RedisServer } from '../setup/redis-server';
import type { Service } from '../setup/service';

/** What is looked at. */
export interface Subject {
  readonly service: Service;
  readonly metricsUrl: string;
  readonly databaseUrl: string;
  readonly redis: RedisServer;
}

/** What could grow, at one moment; memory in MiB. */
export interface Sample {
  readonly minute: number;
  readonly requests: number;
  readonly first_process_mib: number;
  /** The worker that no fault ends. */
  readonly old_worker_mib: number;
  /** One that a fault may have replaced. */
  readonly other_worker_mib: number;
  /** Of all processes of the service. */
  readonly file_handles: number;
  readonly database_connections: number;
  /** Sessions whose transaction is open for more than ten seconds. */
  readonly stuck_transactions: number;
  readonly redis_connections: number;
  readonly redis_keys: number;
  readonly epoch: number;
  readonly fences: number;
  readonly unanswered_commits: number;
}

export async function takeSample(minute: number, subject: Subject): Promise<Sample> {
  const { service, metricsUrl, redis, databaseUrl } = subject;
  const pids = [service.pid, ...workersOf(service)];
  const [first = 0, old = 0, other = 0] = pids.map(residentMib);
  const metrics = await scrape(metricsUrl);
  const client = await connect(databaseUrl);
  try {
    const { rows } = await client.query<Record<'connections' | 'stuck' | 'epoch' | 'fences', number>>(`
      SELECT count(*)::int AS connections,
             count(*) FILTER (WHERE clock_timestamp() - xact_start > interval '10 seconds')::int AS stuck,
             (SELECT epoch FROM cache_epoch)::int AS epoch, (SELECT count(*) FROM cache_fences)::int AS fences
      FROM pg_stat_activity WHERE application_name LIKE 'travel-recharge%'`);
    const [{ connections, stuck, epoch, fences } = { connections: 0, stuck: 0, epoch: 0, fences: 0 }] = rows;
    return {
      minute,
      requests: metrics.sum('http_server_request_duration_seconds_count'),
      first_process_mib: first,
      old_worker_mib: old,
      other_worker_mib: other,
      file_handles: pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0),
      database_connections: connections,
      stuck_transactions: stuck,
      redis_connections: Number(/connected_clients:(\d+)/.exec(String(await redis.command('INFO')))?.[1]),
      redis_keys: Number(await redis.command('DBSIZE')),
      epoch,
      fences,
      unanswered_commits: metrics.sum('travel_unanswered_commits'),
    };
  } finally {
    await client.end();
  }
}

/** Its workers, the oldest first. */
export function workersOf({ pid }: Service): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').filter(Boolean).map(Number);
}

function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
}
