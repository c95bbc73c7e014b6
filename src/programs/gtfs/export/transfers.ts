import type { FaresOfDay } from '../../../modules/fares/engine/fare-rules';
import type { FareComponent } from '../../../modules/fares/route-type';
import { priceAfter } from '../../../modules/fares/engine/price-after';

/** A row of fare_transfer_rules.txt, and the product that it costs; '' is free. */
export interface TransferRow {
  readonly from: FareComponent;
  readonly to: FareComponent;
  /** Up to which transfer of a journey it is for, -1 for any; '' between different leg groups, where none can be given. */
  readonly count: number | '';
  readonly windowSeconds: number;
  readonly price: number;
  readonly product: string;
}

/** What may be a transfer on a day, and what it costs. */
export function transfersOf(fares: FaresOfDay, components: readonly FareComponent[]): TransferRow[] {
  const rule = fares.transferRule;
  // A limit of 0 seconds can't be written.
  if (!rule || rule.most_transfers === 0 || rule.window_seconds === 0) return [];
  const windowSeconds = rule.window_seconds;
  const most = rule.most_transfers ?? Infinity;
  return components.flatMap((from) =>
    components.flatMap((to) => {
      if (from === 'trunk' && to === 'trunk' && rule.exclusions.includes('trunk_to_trunk')) return [];
      const starts = from === to ? startsOf(fares, from, most) : [1];
      return starts.map((start, n) => {
        const price = priceOf(fares, from, to, start);
        const last = (starts[n + 1] ?? most + 1) - 1;
        const product = ['transfer', from, to, ...(start > 1 ? [start] : [])].join('_');
        return {
          from,
          to,
          count: from === to ? (last === Infinity ? -1 : last) : '',
          windowSeconds,
          price,
          product: price > 0 ? product : '',
        };
      });
    }),
  );
}

/** From the nth transfer on, where later ones cost something else; Fares v2 has no words for it between leg groups. */
export function laterPrices(fares: FaresOfDay): string[] {
  const most = fares.transferRule?.most_transfers ?? Infinity;
  return fares.transferPrices
    .filter(({ from_component: from, to_component: to, from_transfer: nth }) => {
      return (
        from !== to && nth > 1 && nth <= most && priceOf(fares, from, to, nth) !== priceOf(fares, from, to, 1)
      );
    })
    .map((row) => `${row.from_component} to ${row.to_component} from transfer ${row.from_transfer} on`);
}

/** The first transfers of a journey at which the price within a component changes. */
function startsOf(fares: FaresOfDay, component: FareComponent, most: number): number[] {
  const places = fares.transferPrices
    .filter((row) => row.from_component === component && row.to_component === component)
    .map((row) => row.from_transfer)
    .filter((nth) => nth > 1 && nth <= most)
    .sort((a, b) => a - b);
  return [1, ...places].filter(
    (nth) =>
      nth === 1 ||
      priceOf(fares, component, component, nth) !== priceOf(fares, component, component, nth - 1),
  );
}

function priceOf(fares: FaresOfDay, from: FareComponent, to: FareComponent, nth: number): number {
  const row = fares.transferPrice(from, to, nth);
  return row ? priceAfter(fares.price(to) ?? 0, row) : 0;
}
