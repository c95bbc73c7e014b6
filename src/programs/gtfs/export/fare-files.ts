import { stringify } from 'csv-stringify/sync';
import type { FaresOfDay } from '../../../modules/fares/engine/fare-rules';
import { type FareComponent, FARE_COMPONENTS } from '../../../modules/fares/route-type';
import { CONCESSION_CATEGORIES } from '../../../modules/fares/rules/concession-category';
import { priceAfter } from '../../../modules/fares/engine/price-after';
import { formatAmount } from './amount';
import { transfersOf } from './transfers';

/** A route and the part of the network that it belongs to. */
export interface NetworkRoute {
  readonly code: string;
  readonly component: FareComponent;
}

/** Who pays the standard price. */
const STANDARD = 'standard';

const NAMES: Readonly<Record<FareComponent, string>> = { trunk: 'Trunk', zonal: 'Zonal' };

type Row = Readonly<Record<string, string | number>>;

/** The files of GTFS-Fares v2 by name: always the same for the same fares. */
export function fareFiles(
  fares: FaresOfDay,
  routes: readonly NetworkRoute[],
  currency: string,
): ReadonlyMap<string, string> {
  const priced = FARE_COMPONENTS.filter((component) => fares.price(component) !== null);
  const transfers = transfersOf(fares, priced);
  const money = (amount: number): Row => ({ amount: formatAmount(amount, currency), currency });
  return new Map([
    csv(
      'rider_categories.txt',
      ['rider_category_id', 'rider_category_name', 'is_default_fare_category'],
      [category(STANDARD, 1), ...categoriesOf(fares).map((name) => category(name, 0))],
    ),
    csv(
      'fare_products.txt',
      ['fare_product_id', 'fare_product_name', 'rider_category_id', 'amount', 'currency'],
      [
        ...priced.flatMap((component) =>
          pricesOf(fares, component).map(([rider_category_id, price]) => ({
            fare_product_id: component,
            fare_product_name: NAMES[component],
            rider_category_id,
            ...money(price),
          })),
        ),
        ...transfers
          .filter(({ product }) => product !== '')
          .map(({ product, from, to, price }) => ({
            fare_product_id: product,
            fare_product_name: `Transfer, ${from} to ${to}`,
            ...money(price),
          })),
      ],
    ),
    csv(
      'fare_leg_rules.txt',
      ['leg_group_id', 'network_id', 'fare_product_id'],
      priced.map((name) => ({ leg_group_id: name, network_id: name, fare_product_id: name })),
    ),
    csv(
      'fare_transfer_rules.txt',
      [
        'from_leg_group_id',
        'to_leg_group_id',
        'transfer_count',
        'duration_limit',
        'duration_limit_type',
        'fare_transfer_type',
        'fare_product_id',
      ],
      transfers.map(({ from, to, count, windowSeconds, product }) => ({
        from_leg_group_id: from,
        to_leg_group_id: to,
        transfer_count: count,
        duration_limit: windowSeconds,
        // From boarding to boarding, as the window of a journey counts.
        duration_limit_type: 1,
        // The first leg's price, plus that of the transfer.
        fare_transfer_type: 0,
        fare_product_id: product,
      })),
    ),
    csv(
      'networks.txt',
      ['network_id', 'network_name'],
      priced.map((name) => ({ network_id: name, network_name: NAMES[name] })),
    ),
    csv(
      'route_networks.txt',
      ['network_id', 'route_id'],
      routes
        .filter(({ component }) => priced.includes(component))
        .map(({ code, component }) => ({ network_id: component, route_id: code })),
    ),
  ]);
}

function csv(name: string, columns: readonly string[], rows: readonly Row[]): [string, string] {
  return [name, stringify([...rows], { header: true, columns: [...columns] })];
}

function category(name: string, isDefault: number): Row {
  const label = name.charAt(0).toUpperCase() + name.slice(1);
  return { rider_category_id: name, rider_category_name: label, is_default_fare_category: isDefault };
}

function categoriesOf(fares: FaresOfDay): string[] {
  return CONCESSION_CATEGORIES.filter((name) =>
    FARE_COMPONENTS.some((component) => fares.concession(name, component) !== null),
  );
}

/** Each category has a price in each component: a product that names some is for no other. */
function pricesOf(fares: FaresOfDay, component: FareComponent): [string, number][] {
  const standard = fares.price(component) ?? 0;
  return [
    [STANDARD, standard],
    ...CONCESSION_CATEGORIES.filter((name) => categoriesOf(fares).includes(name)).map(
      (name): [string, number] => {
        const concession = fares.concession(name, component);
        return [name, concession ? Math.min(standard, priceAfter(standard, concession)) : standard];
      },
    ),
  ];
}
