import { Truth } from '../../../common/http/validation';

/** How a rider is to be erased. */
export class EraseUser {
  @Truth({
    optional: true,
    example: true,
    description: 'Whether the balances of the cards are paid out to the rider; false if it is left out.',
  })
  pay_out?: boolean;
}

export class ErasureResponse {
  /**
   * The id of the rider, under which the cards and the postings stay.
   * @example 1
   */
  user_id!: number;

  /** When the personal data was erased, in UTC (ISO 8601). */
  erased_at!: Date;

  /**
   * What was paid out from all cards together, in whole units of the currency.
   * @example 23500
   */
  paid_out!: number;
}
