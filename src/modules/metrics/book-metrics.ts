import type { Sample } from '../../platform/metrics/metric';
import type { Metrics } from '../../platform/metrics/metrics';
import { POSTING_KINDS } from '../ledger/posting.entity';
import type { Figures, OperatorJob } from './figures.repository';
import type { LatestFigures } from './latest-figures';

const JOBS: readonly (readonly [OperatorJob, string])[] = [
  ['backup', 'a backup'],
  ['restore_drill', 'a restore for a try'],
];

/** What the database counts for all processes, whichever of them asks. */
export function describeBooks(metrics: Metrics, latest: LatestFigures, currency: string): void {
  const read = (samples: (figures: Figures) => Sample[]) => async (): Promise<Sample[]> => {
    const figures = await latest.get();
    return figures ? samples(figures) : [];
  };
  metrics.counter(
    'travel_money_moved',
    'Money that postings have moved since the first one, by their kind, in whole units of the currency.',
    read(({ moved }) =>
      POSTING_KINDS.map((kind) => ({
        labels: { kind, currency },
        value: moved.find((sum) => sum.kind === kind)?.amount ?? 0,
      })),
    ),
    'max',
  );
  metrics.gauge(
    'travel_open_trips',
    'Trips in progress.',
    read(({ open_trips }) => [{ labels: {}, value: open_trips }]),
    'max',
  );
  metrics.gauge(
    'travel_hotlist_version',
    'The version of the hotlist: how many times a card came onto it or left it. Validators say which one they have.',
    read(({ hotlist }) => [{ labels: {}, value: hotlist.version }]),
    'max',
  );
  metrics.gauge(
    'travel_hotlist_cards',
    'Cards on the hotlist.',
    read(({ hotlist }) => [{ labels: {}, value: hotlist.members }]),
    'max',
  );
  metrics.gauge(
    'travel_totals_lag_rows',
    'Rows that the running totals do not include yet, by what is added to them. Readers add them.',
    read(({ lag }) => lag.map(({ source, rows }) => ({ labels: { source }, value: rows }))),
    'max',
  );
  metrics.gauge(
    'travel_partition_ids_left',
    'How many rows still fit into the partitions of a table.',
    read(({ partitions }) => partitions.map(({ table, ids }) => ({ labels: { table }, value: ids }))),
    'min',
  );
  metrics.gauge(
    'travel_proof_ok',
    'Whether the newest proof of the ledger, the fares or the audit trail with its seals found that it holds.',
    read(({ proofs }) => proofs.map(({ part, holds }) => ({ labels: { part }, value: holds ? 1 : 0 }))),
    'min',
  );
  metrics.gauge(
    'travel_proof_timestamp_seconds',
    'When the newest proof ended, in seconds since 1970.',
    read(({ proofs }) => proofs.map(({ part, ended_at }) => ({ labels: { part }, value: ended_at }))),
    'max',
  );
  for (const [job, what] of JOBS)
    metrics.gauge(
      `travel_${job}_timestamp_seconds`,
      `When ${what} succeeded last, in seconds since 1970; 0 if none has said so.`,
      read(({ jobs }) =>
        jobs.filter((run) => run.job === job).map((run) => ({ labels: {}, value: run.succeeded_at })),
      ),
      'max',
    );
}
