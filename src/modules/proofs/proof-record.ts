import { Connection } from '../../platform/postgres/connection';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { outcomeOf, type ProofOutcome, type ProvenCheck } from './proof';

const INTERVAL_MS = 2_000;

/** The row of a proof that is under way. Whoever writes it says every two seconds that the work goes on. */
export class ProofRecord {
  private readonly lost = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private last: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: Connection,
    private readonly proofId: number,
  ) {}

  static async open(url: string, proofId: number): Promise<ProofRecord> {
    const client = await connect(url);
    const record = new ProofRecord(client, proofId);
    client.on('error', () => record.lost.abort());
    record.timer = setInterval(() => void record.change('heard_at = clock_timestamp()'), INTERVAL_MS);
    return record;
  }

  /** Aborts when the row was taken away: somebody held the work for abandoned. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  begin(check: string): Promise<void> {
    return this.change('heard_at = clock_timestamp(), current_check = $2', check);
  }

  add(check: ProvenCheck): Promise<void> {
    return this.change('heard_at = clock_timestamp(), checks = checks || $2::jsonb', JSON.stringify([check]));
  }

  async end(outcome: ProofOutcome): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.change('ended_at = clock_timestamp(), current_check = NULL, outcome = $2', outcome);
    await this.client.end();
  }

  /** One after the other, in the order in which they were asked for. */
  private change(what: string, ...values: string[]): Promise<void> {
    this.last = this.last.then(async () => {
      if (this.lost.signal.aborted) return;
      try {
        const { rowCount } = await this.client.query(
          `UPDATE proofs SET ${what} WHERE proof_id = $1 AND ended_at IS NULL`,
          [this.proofId, ...values],
        );
        if (rowCount === 0) this.lost.abort();
      } catch {
        this.lost.abort();
      }
    });
    return this.last;
  }
}

/**
 * Notes what a program has proven, where it may write: a program that only reads, or reads a standby, proves as well.
 *
 * @param startedAt when it began.
 */
export async function noteProof(
  url: string,
  program: string,
  startedAt: Date,
  checks: readonly ProvenCheck[],
): Promise<void> {
  try {
    const client = await connect(url);
    try {
      await client.query(
        `INSERT INTO proofs (source, started_by, started_at, heard_at, ended_at, outcome, checks)
         VALUES ('program', $1, $2, clock_timestamp(), clock_timestamp(), $3, $4)`,
        [program, startedAt, outcomeOf(checks), JSON.stringify(checks)],
      );
    } finally {
      await client.end();
    }
  } catch {
    // What was proven holds without the note.
  }
}

async function connect(url: string): Promise<Connection> {
  const client = new Connection({
    connectionString: url,
    types: valueParsers,
    connectionTimeoutMillis: 5_000,
    application_name: 'travel-recharge proof',
  });
  await client.connect();
  return client;
}
