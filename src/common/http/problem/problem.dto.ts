import { ApiProperty } from '@nestjs/swagger';
import { PROBLEM_CODES, type ProblemCode } from './problem-types';

/** One refused member of a request. */
export class ProblemComplaint {
  /**
   * JSON pointer (RFC 6901) of the member.
   * @example "/amount"
   */
  pointer!: string;

  /**
   * What is wrong with the member.
   * @example "must be a whole number from 1000 to 200000"
   */
  detail!: string;
}

/** A card of a rider who cannot be erased yet. */
export class UnsettledCard {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The balance, in whole units of the currency; below zero while the card owes money.
   * @example 23500
   */
  balance!: number;

  /**
   * What it owes beside its balance, in whole units of the currency.
   * @example 0
   */
  debt!: number;

  /**
   * What waits for a validator to load it, in whole units of the currency.
   * @example 0
   */
  pending_load!: number;
}

/** A problem document (RFC 9457), the body of every error. */
export class Problem {
  /**
   * Where the code is explained.
   * @example "/docs/errors#card_not_found"
   */
  type!: string;

  /**
   * What kind of refusal it is: the same for each code.
   * @example "The card does not exist."
   */
  title!: string;

  /**
   * The HTTP status of the response.
   * @example 404
   */
  status!: number;

  /**
   * What happened this time, and what to do.
   * @example "There is no card 999999999. Check the card_id."
   */
  detail!: string;

  /**
   * The path of the request.
   * @example "/cards/999999999/balance"
   */
  instance!: string;

  /**
   * Never changes, so programs can decide by it.
   * @example "card_not_found"
   */
  @ApiProperty({ type: String, enum: PROBLEM_CODES })
  code!: ProblemCode;

  /**
   * The id of the request, as the log shows it.
   * @example "req-1"
   */
  request_id!: string;

  /**
   * The trace that the request belongs to (W3C Trace Context): that of its `traceparent`, or one that began with it. The log shows
   * it too.
   * @example "4bf92f3577b34da6a3ce929d0e0e4736"
   */
  trace_id!: string;

  /** When a body or a query is refused: which members are wrong, and why. */
  errors?: ProblemComplaint[];

  /** Only with `insufficient_balance`: what the boarding costs. */
  required?: number;

  /** Only with `insufficient_balance`: what the card has; its credit is used up. */
  available?: number;

  /** Only with `insufficient_balance`: how much money is missing. */
  shortfall?: number;

  /** Only with `balance_not_settled`: the cards that have money or owe some. */
  cards?: UnsettledCard[];

  /** Only with `scope_missing`: the scope that the operation needs. */
  scope?: string;

  /**
   * Only with `reversal_limit` and `payout_limit`: the setting that limits what agents take back.
   * @example "AGENT_MOST_REVERSAL_DAY"
   */
  limit?: string;

  /** Only with `limit`: how much it allows, in whole units of the currency. */
  most?: number;

  /** Only with `limit`: how much of it may be taken back at once now, in whole units of the currency. */
  left?: number;
}
