import { OmitType, PickType } from '@nestjs/swagger';
import { AccessKeyResponse } from '../../access-keys/dto/access-key-responses.dto';
import { AuditEntryResponse } from '../../audit/dto/audit-responses.dto';
import { CardResponse, StatementEntry } from '../../cards/dto/card-responses.dto';
import { RechargeDetails } from '../../recharges/dto/recharge-responses.dto';
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

  /** Every movement of money on the cards, by card and id. */
  statement!: ExportedPosting[];

  /**
   * What was done by the rider, and with the rider, the cards, recharges, trips and keys; not who did it, where that was
   * somebody else.
   */
  audit!: ExportedAuditEntry[];
}
