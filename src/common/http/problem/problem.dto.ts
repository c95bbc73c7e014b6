/** One refused member of a request. */
export class ProblemComplaint {
  /**
   * JSON pointer (RFC 6901) of the member.
   * @example "/amount"
   */
  pointer!: string;

  /** @example "must be a whole number from 1000 to 200000" */
  detail!: string;
}

/** A problem document (RFC 9457), the body of every error. */
export class Problem {
  /** @example "urn:travel-recharge:problem:card_not_found" */
  type!: string;

  /** @example "Not Found" */
  title!: string;

  /** @example 404 */
  status!: number;

  /** @example "There is no card 999999999." */
  detail!: string;

  /** @example "/cards/999999999/balance" */
  instance!: string;

  /**
   * Stable, for programs.
   * @example "card_not_found"
   */
  code!: string;

  /** @example "req-1" */
  request_id!: string;

  /** Of a refused body or query: what is wrong where. */
  errors?: ProblemComplaint[];

  /** Of `insufficient_balance`: what the boarding costs. */
  required?: number;

  /** Of `insufficient_balance`: what the card has; its credit is used up. */
  available?: number;

  /** Of `insufficient_balance`: the recharge that would suffice. */
  shortfall?: number;
}
