import { WholeNumberQuery } from '../../../common/http/pagination';
import { ACTION_STATUSES, type ActionStatus } from '../loads/action-status';
import { ApiProperty } from '@nestjs/swagger';

/** From which version on a device wants to know what changed. */
export class ActionsQuery {
  @WholeNumberQuery(
    0,
    999_999_999_999_999,
    undefined,
    'The version of the copy that the device has. Without it the whole list is returned.',
    7,
  )
  since?: number;
}

export class ActionResponse {
  /**
   * The id of the action, which is that of its recharge.
   * @example 1
   */
  action_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * What is loaded onto the card, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  @ApiProperty({
    enum: ACTION_STATUSES,
    description:
      'Whether it waits for a validator (`pending`), was loaded by one (`collected`), or went back to who paid (`returned`).',
    example: 'pending',
  })
  status!: ActionStatus;

  /** Until when validators may collect it, in UTC (ISO 8601). After that the money goes back. */
  expires_at!: Date;

  /** When it was collected or went back, in UTC (ISO 8601); null while it waits. */
  ended_at!: Date | null;

  /**
   * How much of the amount paid what the card owed beside its balance, in whole units of the currency; null unless it is collected.
   * @example 0
   */
  debt_paid!: number | null;

  /**
   * The card's balance right after it was collected, in whole units of the currency; null unless it is.
   * @example 43500
   */
  new_balance!: number | null;
}

/** What a validator is to load at the next use of a card. */
export class ListedActionResponse {
  /**
   * The id of the action: `POST /actions/{action_id}/collection` says that it is done.
   * @example 1
   */
  action_id!: number;

  /**
   * The number of the card.
   * @example "1010000000000018"
   */
  card_number!: string;

  /**
   * What is loaded onto the card, in whole units of the currency.
   * @example 20000
   */
  amount!: number;

  /** Until when it may be collected, in UTC (ISO 8601). */
  expires_at!: Date;
}

/** What brings a device's copy of the actions up to date. */
export class ActionList {
  /**
   * The version that the copy has afterwards: send it as `since` next time.
   * @example 8
   */
  version!: number;

  /**
   * Whether `add` is the whole list, which replaces the copy.
   * @example false
   */
  full!: boolean;

  /** Actions to be done at the next use of their card, by their ids. */
  add!: ListedActionResponse[];

  /**
   * The ids of actions that are not to be done any more.
   * @example [3]
   */
  remove!: number[];

  /**
   * The checksum of the whole list at this version: as that of the hotlist, over the ids in decimal digits.
   * @example "9f86d081884c7d65"
   */
  checksum!: string;
}
