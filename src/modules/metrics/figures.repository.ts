import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { isAfterWatermark, TotalsRollup, watermarkOf, type TotalsSource } from '../maintenance/totals-rollup';
import type { ProofPart } from '../proofs/proof';

/** What an operator does beside the service, and says here when it succeeded. */
export type OperatorJob = 'backup' | 'restore_drill';

/** What the database says of itself. */
export interface Figures {
  /** Whole units of the currency since the first posting, for each kind of which there is one. */
  readonly moved: readonly { readonly kind: string; readonly amount: number }[];
  readonly open_trips: number;
  /** Version of the hotlist, and how many cards it has. */
  readonly hotlist: { readonly version: number; readonly members: number };
  /** How many ids are not in the totals yet. */
  readonly lag: readonly { readonly source: TotalsSource; readonly rows: number }[];
  /** How many ids have a partition and are not given out. */
  readonly partitions: readonly { readonly table: string; readonly ids: number }[];
  /** The newest proof of each part. @property ended_at in seconds since 1970. */
  readonly proofs: readonly {
    readonly part: ProofPart;
    readonly holds: boolean;
    readonly ended_at: number;
  }[];
  /** @property succeeded_at in seconds since 1970; 0: never. */
  readonly jobs: readonly { readonly job: OperatorJob; readonly succeeded_at: number }[];
}

const SECONDS = (moment: string): string => `extract(epoch FROM ${moment})::float8`;

/** The name of a table that is divided by its id, the sequence of that, and the totals that are made of it. */
const DIVIDED = [
  ['trips', 'trips_trip_id_seq'],
  ['recharges', 'recharges_recharge_id_seq'],
  ['postings', 'postings_posting_id_seq'],
  ['audit_entries', 'audit_entries_entry_id_seq'],
] as const;

const SEQUENCE_OF: Readonly<Record<TotalsSource, string>> = {
  trips: 'trips_trip_id_seq',
  postings: 'postings_posting_id_seq',
  open_trip_changes: 'open_trip_changes_change_id_seq',
  trip_periods: 'trips_trip_id_seq',
  posting_periods: 'postings_posting_id_seq',
};

/** An end of a partition that can't be read as a number is no end of ours. */
const partitionsOf = ([table, sequence]: (typeof DIVIDED)[number]): string => `
  SELECT '${table}' AS "table", coalesce(max(substring(pg_get_expr(part.relpartbound, part.oid) FROM 'TO \\(''(\\d+)''\\)')::bigint), 0)
                                - (SELECT last_value FROM ${sequence}) AS ids
  FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid WHERE inhparent = '${table}'::regclass`;

const lagOf = ([source, sequence]: [string, string]): string => `
  SELECT '${source}' AS source, greatest(0, (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ${sequence})
                                            - ${watermarkOf(source as TotalsSource)}) AS rows`;

/** Only the latest proofs are looked at: a part that none of them proved has not been proven for long. */
const REST = `
  SELECT (SELECT coalesce(sum(open_trips), 0) FROM trip_totals)
           + (SELECT coalesce(sum(change), 0) FROM open_trip_changes WHERE ${isAfterWatermark('open_trip_changes')}) AS open_trips,
         (SELECT json_build_object('version', version, 'members', members) FROM device_lists WHERE list = 'hotlist') AS hotlist,
         (SELECT json_agg(lag) FROM (${Object.entries(SEQUENCE_OF).map(lagOf).join(' UNION ALL ')}) lag) AS lag,
         (SELECT json_agg(ends) FROM (${DIVIDED.map(partitionsOf).join(' UNION ALL ')}) ends) AS partitions,
         (SELECT coalesce(json_agg(latest), '[]') FROM (
            SELECT DISTINCT ON (part) part, holds, ${SECONDS('ended_at')} AS ended_at
            FROM (SELECT proof_id, ended_at, item ->> 'part' AS part, bool_and((item ->> 'holds')::boolean) AS holds
                  FROM (SELECT proof_id, ended_at, checks FROM proofs WHERE outcome IN ('right', 'wrong')
                        ORDER BY proof_id DESC LIMIT 100) proof, jsonb_array_elements(checks) item
                  GROUP BY proof_id, ended_at, part) parts
            ORDER BY part, proof_id DESC) latest) AS proofs,
         (SELECT json_agg(run) FROM (
            SELECT job, coalesce(${SECONDS('succeeded_at')}, 0) AS succeeded_at
            FROM unnest(ARRAY['backup', 'restore_drill']) job LEFT JOIN operator_jobs USING (job)) run) AS jobs`;

const MOVED = `
  WITH sums AS (
    SELECT kind, amount FROM posting_totals
    UNION ALL SELECT kind, sum(amount) FROM postings WHERE ${isAfterWatermark('postings', '$1')} GROUP BY kind)
  SELECT kind, sum(amount) AS amount, ${watermarkOf('postings')} AS watermark FROM sums GROUP BY kind`;

/** Reads what the totals and catalogues of the database say, so it costs the same however long the history is. */
@Injectable()
export class FiguresRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly totalsRollup: TotalsRollup,
  ) {}

  async read(): Promise<Figures> {
    const moved = await this.totalsRollup.read('postings', (watermark) =>
      this.dataSource.query<{ kind: string; amount: number; watermark: number }[]>(MOVED, [watermark]),
    );
    const [rest] = await this.dataSource.query<Omit<Figures, 'moved'>[]>(REST);
    if (!rest) throw new Error('an aggregate returned no row');
    return { ...rest, moved };
  }
}
