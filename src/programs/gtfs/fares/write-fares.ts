import type { Client } from 'pg';
import type { FaresOfDay } from '../../../modules/fares/engine/fare-rules';
import type { FareComponent } from '../../../modules/fares/route-type';
import { TRANSFER_EXCLUSIONS } from '../../../modules/fares/rules/transfer-exclusion';
import type { TransferRule } from '../../../modules/fares/rules/transfer-rule.entity';
import type { BasePrice } from './derive-base-prices';
import type { Transfers, TransferTier } from './derive-transfers';
import { priceAfter } from '../../../modules/fares/engine/price-after';

/** A row that has to be written, as SQL with its values. */
interface Write {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The rows that make a feed's fares hold from a day on; none where they hold on that day as it is. */
export function planFares(
  inForce: FaresOfDay,
  day: string,
  basePrices: ReadonlyMap<FareComponent, BasePrice>,
  transfers: Transfers | null,
): Write[] {
  const base = (component: FareComponent): number =>
    basePrices.get(component)?.price ?? inForce.price(component) ?? 0;
  return [
    ...[...basePrices]
      .filter(([component, { price }]) => inForce.price(component) !== price)
      .map(([component, { price }]) => tariff(component, day, price)),
    ...(transfers ? transferRule(inForce.transferRule, day, transfers) : []),
    ...(transfers ? transferPrices(inForce, day, transfers.tiers, base) : []),
  ];
}

export async function writeFares(target: Client, writes: readonly Write[]): Promise<void> {
  for (const { sql, values } of writes) await target.query(sql, [...values]);
}

function tariff(component: FareComponent, day: string, price: number): Write {
  return {
    sql: `INSERT INTO tariffs (component, valid_from, price) VALUES ($1, $2, $3)
          ON CONFLICT (component, valid_from) DO UPDATE SET price = excluded.price`,
    values: [component, day, price],
  };
}

/** Who may transfer, and between which stations and routes, is nothing that a feed says: that stays. */
function transferRule(known: TransferRule | null, day: string, transfers: Transfers): Write[] {
  const { trunkToTrunk, mostTransfers } = transfers;
  const window = transfers.windowSeconds ?? known?.window_seconds ?? 0;
  const exclusions = TRANSFER_EXCLUSIONS.filter((name) =>
    name === 'trunk_to_trunk' && trunkToTrunk !== null
      ? !trunkToTrunk
      : (known?.exclusions.includes(name) ?? false),
  );
  const isSame =
    known?.window_seconds === window &&
    known.most_transfers === mostTransfers &&
    exclusions.length === known.exclusions.length &&
    exclusions.every((name) => known.exclusions.includes(name));
  if (isSame) return [];
  const sql = `INSERT INTO transfer_rules (valid_from, window_seconds, most_transfers, personalised_only, exclusions)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (valid_from) DO UPDATE SET window_seconds = excluded.window_seconds,
      most_transfers = excluded.most_transfers, exclusions = excluded.exclusions`;
  return [{ sql, values: [day, window, mostTransfers, known?.personalised_only ?? false, exclusions] }];
}

/** A row holds for later transfers too, so each place where either side changes its price is looked at. */
function transferPrices(
  inForce: FaresOfDay,
  day: string,
  tiers: readonly TransferTier[],
  base: (component: FareComponent) => number,
): Write[] {
  const pairs = new Map(tiers.map(({ from, to }) => [`${from} ${to}`, { from, to }]));
  return [...pairs.values()].flatMap(({ from, to }) => {
    const ofPair = tiers.filter((tier) => tier.from === from && tier.to === to);
    const known = inForce.transferPrices.filter(
      (row) => row.from_component === from && row.to_component === to,
    );
    const places = new Set([
      ...ofPair.map((tier) => tier.fromTransfer),
      ...known.map((row) => row.from_transfer),
    ]);
    const changes = [...places].map((nth) => {
      const row = inForce.transferPrice(from, to, nth);
      const wanted = ofPair.filter((tier) => tier.fromTransfer <= nth).at(-1)?.price ?? 0;
      return { nth, wanted, isSame: wanted === (row ? priceAfter(base(to), row) : 0) };
    });
    if (changes.every(({ isSame }) => isSame)) return [];
    return changes.map(({ nth, wanted }) => transferPrice(from, to, nth, day, wanted));
  });
}

function transferPrice(
  from: FareComponent,
  to: FareComponent,
  nth: number,
  day: string,
  price: number,
): Write {
  return {
    sql: `INSERT INTO transfer_prices (from_component, to_component, from_transfer, valid_from, price)
          VALUES ($1, $2, $3, $4, $5)
          ON CONFLICT (from_component, to_component, from_transfer, valid_from)
          DO UPDATE SET price = excluded.price, percent_off = NULL`,
    values: [from, to, nth, day, price],
  };
}
