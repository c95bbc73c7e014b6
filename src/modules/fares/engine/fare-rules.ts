import type { RiderCategory } from '../../users/user.entity';
import type { FareComponent } from '../route-type';
import type { Concession } from '../rules/concession.entity';
import type { FareLimit, FareLimitName } from '../rules/fare-limit.entity';
import type { Tariff } from '../rules/tariff.entity';
import type { TransferPrice } from '../rules/transfer-price.entity';
import type { TransferRule } from '../rules/transfer-rule.entity';

/** The rows of all fare rules: past, present and future. */
export interface FareRuleRows {
  readonly tariffs: readonly Tariff[];
  readonly transferRules: readonly TransferRule[];
  readonly transferPrices: readonly TransferPrice[];
  readonly concessions: readonly Concession[];
  readonly limits: readonly FareLimit[];
}

/** The fare rules by service day. A row holds from its first day until the next row of the same key begins. */
export class FareRules {
  /** The days on which a row begins, sorted. What holds on them, and until the next of them, is kept in `fares`. */
  private readonly starts: readonly string[];
  private readonly fares = new Map<string, FaresOfDay>();

  constructor(private readonly rows: FareRuleRows) {
    const starts = Object.values(rows).flatMap((kind: FareRuleRows[keyof FareRuleRows]) =>
      kind.map(({ valid_from }) => valid_from),
    );
    this.starts = [...new Set(starts)].sort();
  }

  /** Returns what holds on a service day, YYYY-MM-DD; nothing holds before the first row. */
  on(day: string): FaresOfDay {
    const start = this.starts.findLast((each) => each <= day) ?? '';
    const known = this.fares.get(start);
    if (known) return known;
    const fares = new FaresOfDay(this.rows, start);
    this.fares.set(start, fares);
    return fares;
  }

  /** The longest transfer window of any rule, in seconds. No journey takes longer. */
  get longestWindow(): number {
    return Math.max(0, ...this.rows.transferRules.map((rule) => rule.window_seconds));
  }
}

/** The fare rules that hold on one service day. */
export class FaresOfDay {
  readonly tariffs: readonly Tariff[];
  readonly transferRule: TransferRule | null;
  readonly transferPrices: readonly TransferPrice[];
  readonly concessions: readonly Concession[];
  readonly limits: readonly FareLimit[];

  constructor(rows: FareRuleRows, day: string) {
    this.tariffs = inForce(rows.tariffs, day, ({ component }) => component);
    this.transferRule = inForce(rows.transferRules, day, () => '')[0] ?? null;
    this.transferPrices = inForce(
      rows.transferPrices,
      day,
      ({ from_component, to_component, from_transfer }) =>
        `${from_component} ${to_component} ${from_transfer}`,
    );
    this.concessions = inForce(
      rows.concessions,
      day,
      ({ rider_category, component }) => `${rider_category} ${component}`,
    );
    this.limits = inForce(rows.limits, day, ({ limit_name }) => limit_name);
  }

  /** Returns the standard price, in whole units of the currency; null before the first tariff. */
  price(component: FareComponent): number | null {
    return this.tariffs.find((tariff) => tariff.component === component)?.price ?? null;
  }

  /** Returns the price of the nth transfer of a journey, counted from 1; null if the transfer is free. */
  transferPrice(from: FareComponent, to: FareComponent, nth: number): TransferPrice | null {
    return this.transferPrices.reduce<TransferPrice | null>(
      (found, row) =>
        row.from_component === from &&
        row.to_component === to &&
        row.from_transfer <= nth &&
        row.from_transfer > (found?.from_transfer ?? 0)
          ? row
          : found,
      null,
    );
  }

  /** Returns the concession of a category; null if it pays the standard price. */
  concession(category: RiderCategory, component: FareComponent): Concession | null {
    const row = this.concessions.find(
      (concession) => concession.rider_category === category && concession.component === component,
    );
    return row && (row.price ?? row.percent_off) !== null ? row : null;
  }

  /** Returns the value of a limit; null if no such limit holds. */
  limit(name: FareLimitName): number | null {
    return this.limits.find(({ limit_name }) => limit_name === name)?.value ?? null;
  }
}

/** Returns, for each key, the row that began last. */
function inForce<Row extends { readonly valid_from: string }>(
  rows: readonly Row[],
  day: string,
  keyOf: (row: Row) => string,
): Row[] {
  const latest = new Map<string, Row>();
  for (const row of rows) {
    if (row.valid_from > day) continue;
    const known = latest.get(keyOf(row));
    if (!known || row.valid_from > known.valid_from) latest.set(keyOf(row), row);
  }
  return [...latest.values()];
}
