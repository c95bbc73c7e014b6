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
   * Never changes, so programs can decide by it.
   * @example "card_not_found"
   */
  code!: string;

  /** @example "req-1" */
  request_id!: string;

  /** When a body or a query is refused: which members are wrong, and why. */
  errors?: ProblemComplaint[];

  /** Only with `insufficient_balance`: what the boarding costs. */
  required?: number;

  /** Only with `insufficient_balance`: what the card has; its credit is used up. */
  available?: number;

  /** Only with `insufficient_balance`: how much money is missing. */
  shortfall?: number;

  /** Only with `scope_missing`: the scope that the operation needs. */
  scope?: string;
}
