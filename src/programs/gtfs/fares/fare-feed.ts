import type { FareComponent } from '../../../modules/fares/route-type';

/** A row of fare_leg_rules.txt; '' is an empty value. */
export interface LegRule {
  readonly line: number;
  readonly legGroup: string;
  readonly network: string;
  readonly product: string;
  /** Whether the price depends on where a leg begins and ends, or when. */
  readonly isConditional: boolean;
  /** Null where the feed has no priorities. */
  readonly priority: number | null;
  readonly isRefused: boolean;
}

/** A row of fare_transfer_rules.txt; '' is an empty value. */
export interface TransferRuleRow {
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** How many transfers it is for; Infinity is any number, null not said. */
  readonly count: number | null;
  readonly windowSeconds: number;
  /** Whether the price of the leg comes on top of the transfer's. */
  readonly addsLeg: boolean;
  readonly product: string;
  readonly isRefused: boolean;
}

/** What a feed says about fares. */
export interface FareFeed {
  /** What each network has; '' is that of routes without a network. */
  readonly networks: ReadonlyMap<string, ReadonlySet<FareComponent>>;
  readonly legRules: readonly LegRule[];
  /** Null: the feed says nothing about transfers. */
  readonly transferRules: readonly TransferRuleRow[] | null;
  /** The different amounts of each product for a rider without a concession, in whole units of the currency. */
  readonly prices: ReadonlyMap<string, readonly number[]>;
}

/** Something that a feed says and that has no counterpart here. */
export interface FareProblem {
  readonly file: 'fare_leg_rules.txt' | 'fare_transfer_rules.txt';
  readonly reason: string;
}
