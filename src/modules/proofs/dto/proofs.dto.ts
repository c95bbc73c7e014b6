import { ApiNextCursor } from '../../../common/http/pagination';
import type { ProofPart, ProofStatus } from '../proof';

export class ProofCheck {
  /**
   * What it belongs to: the books, the fares or the audit trail.
   * @example "ledger"
   */
  part!: ProofPart;

  /**
   * What must hold, as a sentence.
   * @example "debits equal credits, summed over all accounts"
   */
  check!: string;

  /**
   * Whether it holds.
   * @example true
   */
  holds!: boolean;

  /**
   * How many rows break it.
   * @example 0
   */
  count!: number;

  /**
   * At most 10 of the rows that break it, as JSON.
   * @example []
   */
  details!: string[];
}

export class ProofProgress {
  /**
   * How many checks were made.
   * @example 12
   */
  checks_done!: number;

  /**
   * How many checks the last proof had, so about how many there will be; null if there was none.
   * @example 31
   */
  checks_total!: number | null;

  /**
   * What is being checked; null if the proof has ended.
   * @example "fares"
   */
  current!: ProofPart | null;
}

export class ProofResponse {
  /**
   * The id of the proof. A newer one has a larger id.
   * @example 1
   */
  proof_id!: number;

  /**
   * `right`: every check holds. `wrong`: one does not. `failed`: it could not go on. `abandoned`: who worked at it was
   * stopped.
   * @example "right"
   */
  status!: ProofStatus;

  /**
   * Whether the service made it (`POST /proofs`) or a program, such as `npm run ledger:verify`, which proves a part.
   * @example "service"
   */
  source!: 'service' | 'program';

  /**
   * The client that asked for it, or the name of the program. It is empty if the service asks nobody for a key.
   * @example "auditors of the city"
   */
  started_by!: string;

  /** When it began, in UTC (ISO 8601). */
  started_at!: Date;

  /** When it ended, in UTC (ISO 8601); null while it is running, and if nobody knows. */
  ended_at!: Date | null;

  progress!: ProofProgress;

  /** In the order in which they were made. */
  checks!: ProofCheck[];
}

export class ProofPage {
  /** The rows of this page, newest first. */
  proofs!: ProofResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
