import { ApiNextCursor } from '../../../common/http/pagination';
import type { Resolution, SuspenseReason, TapDecision, TapKind, TapOutcome } from '../tap';

/** What became of one tap of a batch. */
export class TapResult {
  /**
   * The number that the device gave the tap.
   * @example 117
   */
  sequence!: number;

  /**
   * `rated`: it is charged, or it is an exit. `duplicate`: it was received before. `refused`: the device refused it; it is kept. `suspense`:
   * a person decides.
   * @example "rated"
   */
  outcome!: TapOutcome;

  /**
   * Why a person decides; null for the other outcomes.
   * @example "unknown_card"
   */
  reason!: SuspenseReason | null;

  /**
   * The trip that began, or that ended; null if there is none.
   * @example 1
   */
  trip_id!: number | null;

  /**
   * What the entry was charged, in whole units of the currency; null for what is no charged entry.
   * @example 3550
   */
  fare_amount!: number | null;
}

export class TapResults {
  /**
   * The device.
   * @example 1
   */
  validator_id!: number;

  /** When the batch was received, in UTC (ISO 8601). */
  received_at!: Date;

  /** One for each tap, in the order of the request. */
  results!: TapResult[];

  /**
   * The first sequence number that was not received yet. If the device has sent later ones, it sends this one again.
   * @example 118
   */
  next_expected_sequence!: number;

  /**
   * The largest sequence number that was received; 0 before the first one. A device whose own is smaller was restored from an old
   * image: it goes on behind this one.
   * @example 117
   */
  highest_sequence!: number;
}

/** A tap for which a person has to decide, or has decided. */
export class SuspendedTapResponse {
  /**
   * The id under which it is decided.
   * @example 1
   */
  suspense_id!: number;

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
   * Why a person has to decide.
   * @example "unknown_card"
   */
  reason!: SuspenseReason;

  /**
   * Whether the rider entered or left.
   * @example "entry"
   */
  kind!: TapKind;

  /**
   * What the device decided.
   * @example "accepted"
   */
  decision!: TapDecision;

  /**
   * The number of the card, as it was sent.
   * @example "1010000000000001"
   */
  card_number!: string;

  /**
   * The route, if one was sent.
   * @example 1
   */
  route_id!: number | null;

  /**
   * The station, if one was sent.
   * @example 1
   */
  station_id!: number | null;

  /**
   * When it was by the clock of the device, as it was sent.
   * @example "2026-01-14T12:00:00Z"
   */
  tapped_at!: string;

  /** The same by the clock of the service, in UTC (ISO 8601); null if the device sent no moment. */
  corrected_at!: Date | null;

  /** When it was received, in UTC (ISO 8601). */
  received_at!: Date;

  /**
   * How it was decided; null while nobody has.
   * @example "dismissed"
   */
  resolution!: Resolution | null;

  /** When it was decided, in UTC (ISO 8601). */
  resolved_at!: Date | null;

  /**
   * Why it was decided so; null while nobody has.
   * @example "The reader was broken that morning"
   */
  resolution_reason!: string | null;

  /**
   * The trip that was charged for it; null if there is none.
   * @example 1
   */
  trip_id!: number | null;
}

export class SuspendedTapPage {
  /** The rows of this page, the oldest first. */
  taps!: SuspendedTapResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
