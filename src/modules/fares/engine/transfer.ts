import { TRANSFER_EXCLUSIONS, type TransferExclusion } from '../rules/transfer-exclusion';
import type { TransferRule } from '../rules/transfer-rule.entity';
import type { Boarding, CardProfile, FareReason } from './boarding';
import type { EarlierBoarding } from './card-history';
import type { FareRules } from './fare-rules';

/**
 * Whether a boarding is a transfer, and of which journey. A boarding that is not a transfer begins a journey of its
 * own.
 */
export interface TransferDecision {
  readonly reason: FareReason;
  /** The boarding that began the journey; null if it is this boarding. */
  readonly anchor: EarlierBoarding | null;
  readonly transfersUsed: number;
  /** Null means any number. */
  readonly transfersLeft: number | null;
  /** The last second in which a transfer is possible, in seconds since 1970; null if no transfer is possible. */
  readonly windowEndsAt: number | null;
}

/**
 * Decides whether a boarding is a transfer. The window is counted from the anchor, the card's last boarding that was
 * not a transfer ("la última validación de la tarifa plena"). The window and the number of transfers are those of the
 * anchor's day. See "Sources" in the README of this module.
 *
 * @param journey is the anchor and the transfers after it, oldest first; empty if the card has not boarded yet.
 */
export function decideTransfer(
  rules: FareRules,
  card: CardProfile,
  journey: readonly EarlierBoarding[],
  boarding: Boarding,
): TransferDecision {
  const [anchor] = journey;
  const rule = rules.on((anchor ?? boarding).day).transferRule;
  const reason = reasonOf(rule, card, journey, boarding);
  if (rule && anchor && reason === 'transfer')
    return { reason, anchor, ...prospects(rule, anchor.at, journey.length) };

  const own = rules.on(boarding.day).transferRule;
  const none = { transfersUsed: 0, transfersLeft: 0, windowEndsAt: null };
  return {
    reason,
    anchor: null,
    ...(own && hasTransfers(own, card) ? prospects(own, boarding.at, 0) : none),
  };
}

function reasonOf(
  rule: TransferRule | null,
  card: CardProfile,
  journey: readonly EarlierBoarding[],
  boarding: Boarding,
): FareReason {
  const [anchor] = journey;
  if (!rule || rule.most_transfers === 0) return 'full_fare';
  if (!hasTransfers(rule, card)) return 'basic_card';
  if (!anchor) return 'full_fare';
  // The difference is below zero if the clocks of two validators differ; that is within the window.
  if (boarding.at - anchor.at > rule.window_seconds)
    return anchor.day === boarding.day ? 'transfer_window_over' : 'full_fare';
  if (rule.most_transfers !== null && journey.length > rule.most_transfers) return 'transfers_used_up';
  return (
    TRANSFER_EXCLUSIONS.find((name) => rule.exclusions.includes(name) && EXCLUDES[name](journey, boarding)) ??
    'transfer'
  );
}

type Exclusion = (journey: readonly EarlierBoarding[], boarding: Boarding) => boolean;

const EXCLUDES: Readonly<Record<TransferExclusion, Exclusion>> = {
  same_station: (journey, { station }) => journey.some((earlier) => earlier.station === station),
  same_route: (journey, { route }) => journey.some((earlier) => earlier.route === route),
  trunk_to_trunk: (journey, { component }) => component === 'trunk' && journey.at(-1)?.component === 'trunk',
  trunk_zonal_trunk: (journey, { component }) => component === 'trunk' && leftTheTrunk(journey),
};

function leftTheTrunk(journey: readonly EarlierBoarding[]): boolean {
  const trunk = journey.findIndex(({ component }) => component === 'trunk');
  return trunk >= 0 && journey.slice(trunk).some(({ component }) => component === 'zonal');
}

function hasTransfers(rule: TransferRule, card: CardProfile): boolean {
  return rule.most_transfers !== 0 && (card.personalised || !rule.personalised_only);
}

function prospects(
  rule: TransferRule,
  anchoredAt: number,
  used: number,
): Pick<TransferDecision, 'transfersUsed' | 'transfersLeft' | 'windowEndsAt'> {
  return {
    transfersUsed: used,
    transfersLeft: rule.most_transfers === null ? null : rule.most_transfers - used,
    windowEndsAt: anchoredAt + rule.window_seconds,
  };
}
