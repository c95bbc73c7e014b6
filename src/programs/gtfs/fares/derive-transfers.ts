import { type FareComponent, FARE_COMPONENTS } from '../../../modules/fares/route-type';
import { MOST_MONEY } from '../../../modules/fares/rules/most-money';
import type { BasePrice } from './derive-base-prices';
import type { FareFeed, FareProblem, TransferRuleRow } from './fare-feed';

/** Each is compared with each. */
const MOST_LEG_GROUPS = 100;

/** What transfers from one part of the network to another cost, from the nth of a journey on. */
export interface TransferTier {
  readonly from: FareComponent;
  readonly to: FareComponent;
  readonly fromTransfer: number;
  readonly price: number;
}

/** What a feed says about transfers. */
export interface Transfers {
  /** Null: there are no transfers, and nothing is said about a window. */
  readonly windowSeconds: number | null;
  /** Null: any number. */
  readonly mostTransfers: number | null;
  /** Null where the feed does not say. */
  readonly trunkToTrunk: boolean | null;
  readonly tiers: readonly TransferTier[];
}

/** Transfers are taken as a whole or not at all; null where the feed says nothing about them. */
export function deriveTransfers(
  feed: FareFeed,
  basePrices: ReadonlyMap<FareComponent, BasePrice>,
): Transfers | FareProblem | null {
  if (feed.transferRules === null) return null;
  try {
    return transfersOf(feed, feed.transferRules, basePrices);
  } catch (error) {
    if (!(error instanceof NoCounterpartError)) throw error;
    return { file: 'fare_transfer_rules.txt', reason: `no transfers are imported: ${error.message}` };
  }
}

/** What is said here has no words there. */
class NoCounterpartError extends Error {}

/** From a component to another: the rules, each with the first transfer that it is for. */
interface Pair {
  readonly from: FareComponent;
  readonly to: FareComponent;
  readonly steps: readonly Step[];
}

interface Step {
  readonly fromTransfer: number;
  readonly price: number;
  readonly windowSeconds: number;
  readonly count: number | null;
}

function transfersOf(
  feed: FareFeed,
  rules: readonly TransferRuleRow[],
  basePrices: ReadonlyMap<FareComponent, BasePrice>,
): Transfers {
  const refused = rules.find(({ isRefused }) => isRefused);
  if (refused) throw new NoCounterpartError(`line ${refused.line} was refused`);
  const covered = FARE_COMPONENTS.filter((component) => basePrices.has(component));
  if (covered.length === 0) throw new NoCounterpartError('there are no base prices');
  const groups = new Set(covered.flatMap((component) => [...groupsOf(basePrices, component)]));
  if (groups.size > MOST_LEG_GROUPS) {
    throw new NoCounterpartError(
      `there are ${groups.size} leg groups, and at most ${MOST_LEG_GROUPS} are compared`,
    );
  }
  const ruleBook = new TransferRuleBook(rules);
  const pairs = covered.flatMap((from) => covered.map((to) => pairOf(feed, ruleBook, basePrices, from, to)));
  const trunkToTrunk = pairs.find(({ from, to }) => from === 'trunk' && to === 'trunk');
  const there = pairs.filter(({ steps }) => steps.length > 0);
  if (there.length === 0) return { windowSeconds: null, mostTransfers: 0, trunkToTrunk: null, tiers: [] };
  const absent = pairs.find((pair) => pair.steps.length === 0 && pair !== trunkToTrunk);
  if (absent)
    throw new NoCounterpartError(
      `there is none from ${absent.from} to ${absent.to}, which only trunk to trunk can be`,
    );
  const steps = there.flatMap((pair) => pair.steps);
  const windowSeconds = only(
    steps.map((step) => step.windowSeconds),
    'duration_limit',
  );
  const counts = there.map((pair) => pair.steps.at(-1)?.count ?? null).filter((count) => count !== null);
  const most = only(counts, 'transfer_count');
  return {
    windowSeconds,
    mostTransfers: most === Infinity ? null : most,
    trunkToTrunk: trunkToTrunk ? trunkToTrunk.steps.length > 0 : null,
    tiers: there.flatMap(({ from, to, steps: ofPair }) =>
      ofPair.map(({ fromTransfer, price }) => ({ from, to, fromTransfer, price })),
    ),
  };
}

function pairOf(
  feed: FareFeed,
  ruleBook: TransferRuleBook,
  basePrices: ReadonlyMap<FareComponent, BasePrice>,
  from: FareComponent,
  to: FareComponent,
): Pair {
  const ofGroups = [...groupsOf(basePrices, from)].flatMap((fromGroup) =>
    [...groupsOf(basePrices, to)].map((toGroup) =>
      stepsOf(ruleBook.matching(fromGroup, toGroup), (rule) =>
        priceOf(feed, rule, basePrices.get(to)?.price ?? 0),
      ),
    ),
  );
  const [steps = []] = ofGroups;
  if (ofGroups.some((other) => JSON.stringify(other) !== JSON.stringify(steps))) {
    throw new NoCounterpartError(`from ${from} to ${to} they differ by leg group`);
  }
  return { from, to, steps };
}

function groupsOf(
  basePrices: ReadonlyMap<FareComponent, BasePrice>,
  component: FareComponent,
): ReadonlySet<string> {
  return basePrices.get(component)?.legGroups ?? new Set();
}

/** Which transfer rules are for a pair of leg groups. */
class TransferRuleBook {
  private readonly from: ReadonlySet<string>;
  private readonly to: ReadonlySet<string>;
  private readonly byPair = new Map<string, TransferRuleRow[]>();

  constructor(rules: readonly TransferRuleRow[]) {
    this.from = new Set(rules.map((rule) => rule.from));
    this.to = new Set(rules.map((rule) => rule.to));
    for (const rule of rules) {
      const pair = JSON.stringify([rule.from, rule.to]);
      const same = this.byPair.get(pair);
      if (same) same.push(rule);
      else this.byPair.set(pair, [rule]);
    }
  }

  /** An empty leg group stands for those that no rule names on that side. */
  matching(from: string, to: string): readonly TransferRuleRow[] {
    const pair = [this.from.has(from) ? from : '', this.to.has(to) ? to : ''];
    return this.byPair.get(JSON.stringify(pair)) ?? [];
  }
}

/** Of several rules, a transfer goes by the one with the smallest number that is no less than its own. */
function stepsOf(rules: readonly TransferRuleRow[], priceOfRule: (rule: TransferRuleRow) => number): Step[] {
  const sorted = [...rules].sort((a, b) => (a.count ?? 0) - (b.count ?? 0));
  return sorted.map((rule, n) => {
    const before = sorted[n - 1];
    if (before && (rule.count === null || rule.count === before.count)) {
      throw new NoCounterpartError(`lines ${before.line} and ${rule.line} are for the same transfer`);
    }
    return {
      fromTransfer: before ? (before.count ?? 0) + 1 : 1,
      price: priceOfRule(rule),
      windowSeconds: rule.windowSeconds,
      count: rule.count,
    };
  });
}

function priceOf({ prices }: FareFeed, rule: TransferRuleRow, basePrice: number): number {
  const extra = rule.product === '' ? 0 : only(prices.get(rule.product) ?? [], `price on line ${rule.line}`);
  const price = extra + (rule.addsLeg ? basePrice : 0);
  if (price < 0 || price > MOST_MONEY)
    throw new NoCounterpartError(`line ${rule.line} makes a price of ${price}`);
  return price;
}

function only(values: readonly number[], name: string): number {
  const [value, ...others] = new Set(values);
  if (value === undefined) throw new NoCounterpartError(`there is no ${name}`);
  if (others.length > 0)
    throw new NoCounterpartError(`there is more than one ${name} (${[value, ...others].join(', ')})`);
  return value;
}
