import { type FareComponent, FARE_COMPONENTS } from '../../fares/route-type';
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

/** A component has one price, whatever the place and the time: what says otherwise is a problem, and not taken. */
export function deriveBasePrices(feed: FareFeed): BasePrices {
  const prices = new Map<FareComponent, BasePrice>();
  const problems: FareProblem[] = [];
  for (const component of FARE_COMPONENTS) {
    const networks = [...feed.networks].filter(([, has]) => has.has(component)).map(([network]) => network);
    if (networks.length === 0) continue;
    const derived = priceOf(feed, networks);
    if (typeof derived !== 'string') prices.set(component, derived);
    else problems.push({ file: 'fare_leg_rules.txt', reason: `no ${component} price is taken: ${derived}` });
  }
  return { prices, problems };
}

/** A text is the reason why there is none. */
function priceOf(feed: FareFeed, networks: readonly string[]): BasePrice | string {
  const rules = [];
  for (const network of networks) {
    const found = rulesOf(feed.legRules, network);
    if (found.length === 0) {
      return network === '' ? 'routes without a network have none' : `the network ${network} has none`;
    }
    rules.push(...found);
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

/** Without priorities an empty network stands for those that no rule names, with them for any. */
function rulesOf(rules: readonly LegRule[], network: string): LegRule[] {
  const general = rules.filter((rule) => rule.network === '');
  const named = network === '' ? [] : rules.filter((rule) => rule.network === network);
  if (!rules.some(({ priority }) => priority !== null)) return named.length > 0 ? named : general;
  const matching = [...named, ...general];
  const highest = Math.max(...matching.map(({ priority }) => priority ?? 0));
  return matching.filter(({ priority }) => (priority ?? 0) === highest);
}
