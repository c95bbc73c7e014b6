import { type FareComponent, FARE_COMPONENTS } from '../../../modules/fares/route-type';
import type { FareFeed, FareProblem, LegRule } from './fare-feed';

/** The price of a part of the network, and the leg groups of which its transfers speak. */
export interface BasePrice {
  readonly price: number;
  readonly legGroups: ReadonlySet<string>;
}

/** What a feed says about base prices, as far as it can be said here. */
export interface BasePrices {
  readonly prices: ReadonlyMap<FareComponent, BasePrice>;
  readonly problems: readonly FareProblem[];
}

/** A component has one price for all places and times. A fare with another price is reported and not imported. */
export function deriveBasePrices(feed: FareFeed): BasePrices {
  const prices = new Map<FareComponent, BasePrice>();
  const problems: FareProblem[] = [];
  const ruleBook = new RuleBook(feed.legRules);
  for (const component of FARE_COMPONENTS) {
    const networks = [...feed.networks].filter(([, has]) => has.has(component)).map(([network]) => network);
    if (networks.length === 0) continue;
    const derived = priceOf(feed, ruleBook, networks);
    if (typeof derived !== 'string') prices.set(component, derived);
    else
      problems.push({ file: 'fare_leg_rules.txt', reason: `no ${component} price is imported: ${derived}` });
  }
  return { prices, problems };
}

/** A text is the reason why there is none. */
function priceOf(feed: FareFeed, ruleBook: RuleBook, networks: readonly string[]): BasePrice | string {
  const rules: LegRule[] = [];
  for (const network of networks) {
    const found = ruleBook.rulesOf(network);
    if (found.length === 0) {
      return network === '' ? 'routes without a network have none' : `the network ${network} has none`;
    }
    for (const rule of found) rules.push(rule);
  }
  const refused = rules.find(({ isRefused }) => isRefused);
  if (refused) return `line ${refused.line} was refused`;
  const conditional = rules.find(({ isConditional }) => isConditional);
  if (conditional) return `it depends on areas or timeframes (line ${conditional.line})`;
  const amounts = new Set(rules.flatMap(({ product }) => feed.prices.get(product) ?? []));
  const [price, ...others] = [...amounts].sort((a, b) => a - b);
  if (price === undefined) return 'its product has no price for a rider without a concession';
  if (others.length > 0) return `there are several (${[price, ...others].join(', ')})`;
  if (price < 0) return `${price} is negative`;
  return { price, legGroups: new Set(rules.map(({ legGroup }) => legGroup)) };
}

/** Which leg rules are for a network. */
class RuleBook {
  private readonly byNetwork = new Map<string, LegRule[]>();
  private readonly hasPriorities: boolean;

  constructor(rules: readonly LegRule[]) {
    for (const rule of rules) {
      const same = this.byNetwork.get(rule.network);
      if (same) same.push(rule);
      else this.byNetwork.set(rule.network, [rule]);
    }
    this.hasPriorities = rules.some(({ priority }) => priority !== null);
  }

  /** Without priorities an empty network stands for those that no rule names, with them for any. */
  rulesOf(network: string): readonly LegRule[] {
    const general = this.byNetwork.get('') ?? [];
    const named = network === '' ? [] : (this.byNetwork.get(network) ?? []);
    if (!this.hasPriorities) return named.length > 0 ? named : general;
    const matching = [...named, ...general];
    const highest = matching.reduce((most, { priority }) => Math.max(most, priority ?? 0), -Infinity);
    return matching.filter(({ priority }) => (priority ?? 0) === highest);
  }
}
