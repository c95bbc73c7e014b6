import type { RiderCategory } from '../../users/user.entity';
import type { FareComponent } from '../route-type';
import { TRANSFER_EXCLUSIONS } from '../rules/transfer-exclusion';

/** Names a route or a station; two are the same when their labels are. */
export type Label = string | number;

/** A boarding as the rules see it. */
export interface Boarding {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  readonly at: number;
  /** The service day of that moment, YYYY-MM-DD. */
  readonly day: string;
  readonly component: FareComponent;
  readonly route: Label;
  readonly station: Label;
}

/** Who boards: a card without a user is a basic card, and has no category. */
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

/** Why a boarding is priced as it is: it is a transfer, or the first reason why it isn't. */
export type FareReason = (typeof FARE_REASONS)[number];

export const CONCESSION_USES = ['applied', 'quota_used'] as const;

/** What became of the rider's concession; `quota_used`: the month's discounts had been used up. */
export type ConcessionUse = (typeof CONCESSION_USES)[number];
