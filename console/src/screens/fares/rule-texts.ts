import type { Concession } from '../../api/schema';
import { count, date, money } from '../../lib/format';
import type { Rule } from './rules';
import { t } from './texts';

/** One thing that a rule says, and how. */
export interface Said {
  readonly name: string;
  readonly text: string;
}

/** What a rule is for, as a title. */
export function titleOf(rule: Rule): string {
  const { lanes, components, categories, limits } = t();
  switch (rule.kind) {
    case 'tariffs':
      return lanes.tariff(components[rule.row.component]);
    case 'transfer-rules':
      return lanes.transferRule;
    case 'transfer-prices': {
      const { from_component: from, to_component: to, from_transfer: nth } = rule.row;
      return lanes.transferPrice(components[from], components[to], nth);
    }
    case 'concessions':
      return lanes.concession(categories[rule.row.rider_category], components[rule.row.component]);
    case 'limits':
      return limits[rule.row.limit_name];
  }
}

/** What it says, in a few characters. */
export function summaryOf(rule: Rule): string {
  switch (rule.kind) {
    case 'tariffs':
      return money(rule.row.price);
    case 'transfer-rules':
      return t().windowShort(minutesOf(rule.row.window_seconds), mostOf(rule.row.most_transfers));
    case 'transfer-prices':
      return priceOf(rule.row, t().free);
    case 'concessions':
      return priceOf(rule.row, t().standard);
    case 'limits':
      return limitOf(rule.row);
  }
}

/** All that it says, field by field. */
export function fieldsOf(rule: Rule): Said[] {
  const { fields, exclusions, yes, no, none } = t();
  switch (rule.kind) {
    case 'tariffs':
      return [{ name: fields.price, text: money(rule.row.price) }];
    case 'transfer-rules':
      return [
        { name: fields.window, text: minutesOf(rule.row.window_seconds) },
        { name: fields.most, text: mostOf(rule.row.most_transfers) },
        { name: fields.personalisedOnly, text: rule.row.personalised_only ? yes : no },
        {
          name: fields.exclusions,
          text:
            rule.row.exclusions.length === 0
              ? none
              : rule.row.exclusions.map((one) => exclusions[one]).join(', '),
        },
      ];
    case 'transfer-prices':
      return [{ name: fields.price, text: priceOf(rule.row, t().free) }];
    case 'concessions':
      return [
        { name: fields.price, text: priceOf(rule.row, t().standard) },
        {
          name: fields.quota,
          text: rule.row.monthly_quota ? t().aMonth(count(rule.row.monthly_quota)) : t().any,
        },
      ];
    case 'limits':
      return [{ name: fields.value, text: limitOf(rule.row) }];
  }
}

/** Since when it holds, and until when. */
export function spanOf(rule: Rule, until: string | null): string {
  return until === null
    ? t().from(date(rule.row.valid_from))
    : t().fromTo(date(rule.row.valid_from), date(until));
}

function priceOf(
  { price, percent_off: percent }: Pick<Concession, 'percent_off' | 'price'>,
  neither: string,
): string {
  if (typeof price === 'number') return price === 0 ? t().free : money(price);
  if (typeof percent === 'number') return t().percentOff(count(percent));
  return neither;
}

function limitOf({ limit_name: name, value }: Extract<Rule, { kind: 'limits' }>['row']): string {
  if (typeof value !== 'number') return t().none;
  switch (name) {
    case 'credit_boardings':
      return t().boardings(value);
    case 'passback_seconds':
      return minutesOf(value);
    case 'daily_cap':
      return money(value);
  }
}

function minutesOf(seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return rest === 0
    ? `${count(minutes)} min`
    : minutes === 0
      ? `${rest} s`
      : `${count(minutes)} min ${rest} s`;
}

function mostOf(most: number | null | undefined): string {
  return typeof most === 'number' ? t().transfers(most) : t().anyTransfers;
}
