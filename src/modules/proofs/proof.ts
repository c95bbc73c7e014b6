/** What is proven: the books, the fares, and the audit trail. */
export const PROOF_PARTS = ['ledger', 'fares', 'audit'] as const;
export type ProofPart = (typeof PROOF_PARTS)[number];

/** `abandoned`: whoever worked at it was stopped or killed. `failed`: it could not go on, such as without the database. */
export const PROOF_STATUSES = ['running', 'right', 'wrong', 'failed', 'abandoned'] as const;
export type ProofStatus = (typeof PROOF_STATUSES)[number];
export type ProofOutcome = Exclude<ProofStatus, 'running'>;

/** One promise, and whether it holds. */
export interface ProvenCheck {
  readonly part: ProofPart;
  readonly check: string;
  readonly holds: boolean;
  /** How many rows break it. */
  readonly count: number;
  /** Some of them, as JSON. */
  readonly details: string[];
}

/** How many rows that break a check are kept. */
const MOST_DETAILS = 10;

export function toProvenCheck(
  part: ProofPart,
  check: string,
  count: number,
  breaks: readonly unknown[],
): ProvenCheck {
  const details = breaks.slice(0, MOST_DETAILS).map((found) => JSON.stringify(found).slice(0, 500));
  return { part, check, holds: count === 0, count, details };
}

export function outcomeOf(checks: readonly Pick<ProvenCheck, 'holds'>[]): 'right' | 'wrong' {
  return checks.every(({ holds }) => holds) ? 'right' : 'wrong';
}
