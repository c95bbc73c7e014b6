import { OmitType, PickType } from '@nestjs/swagger';
import { AccessKeyResponse } from '../../access-keys/dto/access-key-responses.dto';
import { AuditEntryResponse } from '../../audit/dto/audit-responses.dto';
import { CardResponse, StatementEntry } from '../../cards/dto/card-responses.dto';
import { RechargeDetails } from '../../recharges/dto/recharge-responses.dto';
import type { TapDecision, TapKind } from '../../taps/tap';
import { SuspendedTapResponse } from '../../taps/dto/tap-responses.dto';
import { TripResponse } from '../../trips/dto/trip-responses.dto';
import { UserResponse } from '../../users/dto/user-responses.dto';

export class ExportedCard extends CardResponse {
  /**
   * The most that the card may owe, in whole units of the currency.
   * @example 0
   */
  credit_limit!: number;

  /**
   * How many boardings have ended below zero since the credit was renewed.
   * @example 0
   */
  credit_used!: number;

  /** When the last of those boardings was, in UTC (ISO 8601); null if there never was one. */
  credit_used_at!: Date | null;

  /** When the card was last used for boarding, in UTC (ISO 8601); null if it never was. */
  last_used_date!: Date | null;
}

export class ExportedKey extends PickType(AccessKeyResponse, [
  'key_id',
  'client',
  'name',
  'networks',
  'created_at',
  'expires_at',
  'last_used_at',
  'revoked_at',
]) {}

export class ExportedRecharge extends RechargeDetails {
  /**
   * Why it was reversed; null if it was not.
   * @example "Paid twice at the counter"
   */
  reversal_reason!: string | null;
}

export class ExportedTap {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The device.
   * @example 1
   */
  validator_id!: number;

  /**
   * The number that the device gave the tap.
   * @example 117
   */
  sequence!: number;

  /**
   * Whether the rider wanted to enter or to leave.
   * @example "entry"
   */
  kind!: TapKind;

  /**
   * What the device decided.
   * @example "refused"
   */
  decision!: TapDecision;

  /**
   * The route, if one was sent.
   * @example 1
   */
  route_id!: number | null;

  /**
   * The station, if it is known.
   * @example 1
   */
  station_id!: number | null;

  /** When it was by the clock of the device, in UTC (ISO 8601); null if the device sent no moment. */
  tapped_at!: Date | null;

  /** The same by the clock of the service, in UTC (ISO 8601); null if the device sent no moment. */
  corrected_at!: Date | null;

  /** When it was received, in UTC (ISO 8601). */
  received_at!: Date;
}

export class ExportedSuspendedTap extends OmitType(SuspendedTapResponse, ['card_number', 'decision']) {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;
}

export class ExportedPosting extends OmitType(StatementEntry, ['counter_account']) {
  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;
}

export class ExportedAuditEntry extends PickType(AuditEntryResponse, [
  'entry_id',
  'occurred_at',
  'operation',
  'object_kind',
  'object_id',
  'outcome',
  'changes',
  'reason',
]) {
  /**
   * The network address of the caller, if it was the rider; otherwise null.
   * @example "203.0.113.9"
   */
  address!: string | null;
}

/** Everything that is held on a rider. */
export class UserExport {
  /** When it was read, in UTC (ISO 8601). */
  exported_at!: Date;

  user!: UserResponse;

  /** By their ids. */
  cards!: ExportedCard[];

  /** The keys that are bound to the rider, in the order of their making; never the keys themselves. */
  keys!: ExportedKey[];

  /** With their reversals, by card and id. */
  recharges!: ExportedRecharge[];

  /** With the explanations of their fares, by card and id. */
  trips!: TripResponse[];

  /** Uses of the cards at validators that are in no trip: refused ones, and exits that have ended none. By card and time. */
  taps!: ExportedTap[];

  /** Uses of the cards at validators for which a person decides, or has decided, by card and id. */
  suspended_taps!: ExportedSuspendedTap[];

  /** Every movement of money on the cards, by card and id. */
  statement!: ExportedPosting[];

  /**
   * What was done by the rider, and with the rider, the cards, recharges, loads, trips, taps in suspense and keys; not who did it,
   * where that was somebody else.
   */
  audit!: ExportedAuditEntry[];
}
