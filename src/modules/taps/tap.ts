import { isMoment } from '../../common/time/moment';

export const TAP_KINDS = ['entry', 'exit'] as const;
export type TapKind = (typeof TAP_KINDS)[number];

/** What the device decided. */
export const TAP_DECISIONS = ['accepted', 'refused'] as const;
export type TapDecision = (typeof TAP_DECISIONS)[number];

/**
 * What became of a tap: `rated`, it is charged or ends a trip; `duplicate`, it was received before; `refused`, the device refused the
 * card, so it is kept and not charged; `suspense`, a person has to decide.
 */
export const TAP_OUTCOMES = ['rated', 'duplicate', 'refused', 'suspense'] as const;
export type TapOutcome = (typeof TAP_OUTCOMES)[number];

/** Why a person has to decide. */
export const SUSPENSE_REASONS = [
  'sequence_reused',
  'unreadable_time',
  'future',
  'too_old',
  'unknown_card',
  'card_closed',
  'unknown_station',
  'other_station',
  'unknown_route',
  'station_not_on_route',
  'no_tariff',
] as const;
export type SuspenseReason = (typeof SUSPENSE_REASONS)[number];

/** What a person decides of a tap in suspense. */
export const RESOLUTIONS = ['charged', 'dismissed'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** A tap as its device sent it, with the time by the clock of the service; null where there is none. */
export interface Tap {
  readonly sequence: number;
  readonly kind: TapKind;
  readonly decision: TapDecision;
  readonly card_number: string;
  readonly route_id: number | null;
  readonly station_id: number | null;
  readonly tapped_at: string;
  readonly corrected_at: Date | null;
  readonly hotlist_version: number | null;
}

/** A tap that was received before, as it is stored. */
export interface KnownTap extends Omit<Tap, 'tapped_at' | 'corrected_at' | 'hotlist_version'> {
  readonly tapped_at: Date | null;
  /** As the device sent it, where that is no moment and a person decides. */
  readonly unreadable_at: string | null;
}

/** Whether a device sent the same tap again, and not another one under its sequence number. */
export function isRepetition(tap: Tap, known: KnownTap): boolean {
  return (
    tap.kind === known.kind &&
    tap.decision === known.decision &&
    tap.card_number === known.card_number &&
    tap.route_id === known.route_id &&
    tap.station_id === known.station_id &&
    timeOf(tap) === (known.tapped_at?.getTime() ?? null) &&
    unreadableTimeOf(tap) === known.unreadable_at
  );
}

/** By the clock of the device, in milliseconds; null where it sent no moment. */
export function timeOf({ tapped_at, corrected_at }: Pick<Tap, 'tapped_at' | 'corrected_at'>): number | null {
  return corrected_at !== null || isMoment(tapped_at) ? Date.parse(tapped_at) : null;
}

/** What the device sent instead of a moment, of a tap for which a person decides; null for all others. */
export function unreadableTimeOf(tap: Tap): string | null {
  return tap.decision === 'accepted' && timeOf(tap) === null ? tap.tapped_at : null;
}
