import type { DataSource } from 'typeorm';
import type { Metrics } from '../../platform/metrics/metrics';
import { poolFigures } from '../../platform/postgres/pool';
import type { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import type { WriteCounts } from '../../platform/writes/write-counts';
import { one } from './cache-metrics';

/** The connections to the database, and what writes came to. */
export function describeDatabase(
  metrics: Metrics,
  dataSource: DataSource,
  writes: WriteCounts,
  unanswered: UnansweredCommits,
): void {
  metrics.gauge('db_client_connection_count', 'Connections of the pools, by whether they are in use.', () => {
    const { in_use, idle } = poolFigures(dataSource);
    return [
      { labels: { db_client_connection_state: 'used' }, value: in_use },
      { labels: { db_client_connection_state: 'idle' }, value: idle },
    ];
  });
  metrics.gauge('db_client_connection_max', 'The most connections of the pools.', () =>
    one(poolFigures(dataSource).size),
  );
  metrics.gauge('db_client_connection_pending_requests', 'Requests that wait for a connection.', () =>
    one(poolFigures(dataSource).waiting),
  );
  metrics.counter('travel_writes', 'Writes, by operation and by what became of them.', () =>
    [...writes.all].map(({ kind, outcome, count }) => ({ labels: { kind, outcome }, value: count })),
  );
  metrics.gauge('travel_unanswered_commits', 'Commits that PostgreSQL has not answered in time.', () =>
    one(unanswered.count),
  );
}
