import type { RiderCategory } from '../../users/user.entity';
import type { FareComponent } from '../route-type';
import { TRANSFER_EXCLUSIONS } from '../rules/transfer-exclusion';

/** Names a route or a station. Two with the same label are the same. */
export type Label = string | number;

/** A boarding, with all that the rules depend on. */
export interface Boarding {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** The service day of that moment, YYYY-MM-DD. */
  readonly day: string;
  readonly component: FareComponent;
  readonly route: Label;
  readonly station: Label;
}

/** The card that boards. A card without a user is a basic card, for which the category does not count. */
export interface CardProfile {
  readonly personalised: boolean;
  readonly category: RiderCategory;
}

export const FARE_REASONS = [
  'basic_card',
  'transfer_window_over',
  'transfers_used_up',
  ...TRANSFER_EXCLUSIONS,
  'full_fare',
  'transfer',
] as const;

/** `transfer`, or the first reason why a boarding is not a transfer, in this order. */
export type FareReason = (typeof FARE_REASONS)[number];

export const CONCESSION_USES = ['applied', 'quota_used'] as const;

/** Whether the rider's concession was applied; `quota_used` means that its monthly quota was used up before. */
export type ConcessionUse = (typeof CONCESSION_USES)[number];
