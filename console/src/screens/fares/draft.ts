import { isDay } from '../../lib/days';
import { date } from '../../lib/format';
import { type Rule, RULE_KINDS, type RuleKind } from './rules';
import { t } from './texts';

/** A rule that is being written, as the address has it: what was typed, by the names of the API. */
export type Draft = Readonly<Record<string, string>>;

export const COMPONENTS = ['trunk', 'zonal'] as const;
export const CATEGORIES = ['senior', 'sisben', 'disability'] as const;
export const LIMITS = ['daily_cap', 'credit_boardings', 'passback_seconds'] as const;
export const EXCLUSIONS = ['same_station', 'same_route', 'trunk_to_trunk', 'trunk_zonal_trunk'] as const;

export const MOST_OF_LIMIT = {
  daily_cap: 1_000_000_000,
  credit_boardings: 100,
  passback_seconds: 3_600,
} as const;
const MOST_MONEY = 1_000_000_000;
const MOST_MINUTES = 1_440;
const MOST_TRANSFERS = 1_000;
const MOST_QUOTA = 100_000;

/** What was written: a rule, or what is wrong with it, by the names of its fields. */
export interface ReadDraft {
  readonly kind: RuleKind;
  /** Null while something is wrong or missing. */
  readonly rule: Rule | null;
  readonly faults: Readonly<Record<string, string | undefined>>;
}

export function kindOf(draft: Draft): RuleKind {
  return RULE_KINDS.find((kind) => kind === draft.kind) ?? 'tariffs';
}

/** One of the values that a field can have; the first where it has none. */
export function oneOf<Value extends string>(
  values: readonly [Value, ...Value[]],
  text: string | undefined,
): Value {
  return values.find((value) => value === text) ?? values[0];
}

export function exclusionsOf(draft: Draft): (typeof EXCLUSIONS)[number][] {
  if (draft.exclusions === undefined) return [...EXCLUSIONS];
  const named = draft.exclusions.split(',');
  return EXCLUSIONS.filter((one) => named.includes(one));
}

/** A number as people write it: `3900`, `3.900` or `$ 3 900`. Null for what is none, undefined for nothing. */
function whole(text: string | undefined, least: number, most: number): number | null | undefined {
  const written = (text ?? '').replace(/[$%\s\u00a0]/g, '');
  if (written === '') return undefined;
  if (!/^(\d{1,15}|\d{1,3}([.,]\d{3})+)$/.test(written)) return null;
  const number = Number(written.replace(/[.,]/g, ''));
  return number >= least && number <= most ? number : null;
}

/** @param first the first day on which a rule may begin. */
export function read(draft: Draft, first: string): ReadDraft {
  const kind = kindOf(draft);
  const faults: Record<string, string> = {};
  const validFrom = draft.valid_from ?? '';
  if (!isDay(validFrom) || validFrom < first) faults.valid_from = t().validFromFault(date(first));
  const rule = ruleOf(kind, draft, validFrom, faults);
  return { kind, faults, rule: Object.keys(faults).length === 0 ? rule : null };
}

function ruleOf(kind: RuleKind, draft: Draft, validFrom: string, faults: Record<string, string>): Rule {
  const number = (name: string, least: number, most: number, fault: string): number | null => {
    const value = whole(draft[name], least, most);
    if (value === null) faults[name] = fault;
    return value ?? null;
  };
  const required = (name: string, least: number, most: number, fault: string): number => {
    const value = number(name, least, most, fault);
    if (value === null) faults[name] = fault;
    return value ?? 0;
  };
  const either = (): { price: number | null; percent_off: number | null } => {
    const price = number('price', 0, MOST_MONEY, t().priceFault);
    const percent = number('percent_off', 0, 100, t().percentFault);
    if (price !== null && percent !== null) faults.percent_off = t().eitherFault;
    return { price, percent_off: percent };
  };
  const valid_from = validFrom;
  switch (kind) {
    case 'tariffs':
      return {
        kind,
        row: {
          component: oneOf(COMPONENTS, draft.component),
          valid_from,
          price: required('price', 0, MOST_MONEY, t().priceFault),
        },
      };
    case 'transfer-rules':
      return {
        kind,
        row: {
          valid_from,
          window_seconds: required('window', 0, MOST_MINUTES, t().windowFault) * 60,
          most_transfers: number('most_transfers', 0, MOST_TRANSFERS, t().wholeFault(0, MOST_TRANSFERS)),
          personalised_only: draft.personalised_only !== 'no',
          exclusions: exclusionsOf(draft),
        },
      };
    case 'transfer-prices':
      return {
        kind,
        row: {
          from_component: oneOf(COMPONENTS, draft.from_component),
          to_component: oneOf(COMPONENTS, draft.to_component),
          from_transfer: draft.from_transfer
            ? required('from_transfer', 1, MOST_TRANSFERS, t().wholeFault(1, MOST_TRANSFERS))
            : 1,
          valid_from,
          ...either(),
        },
      };
    case 'concessions':
      return {
        kind,
        row: {
          rider_category: oneOf(CATEGORIES, draft.rider_category),
          component: oneOf(COMPONENTS, draft.component),
          valid_from,
          ...either(),
          monthly_quota: number('monthly_quota', 1, MOST_QUOTA, t().wholeFault(1, MOST_QUOTA)),
        },
      };
    case 'limits': {
      const limit_name = oneOf(LIMITS, draft.limit_name);
      const most = MOST_OF_LIMIT[limit_name];
      return {
        kind,
        row: { limit_name, valid_from, value: number('value', 0, most, t().wholeFault(0, most)) },
      };
    }
  }
}

/** A rule as a draft, so that it can be changed. */
export function draftOf({ kind, row }: Rule): Draft {
  const members = Object.entries(row).flatMap(([name, value]): [string, string][] => {
    if (value === null) return [];
    if (name === 'window_seconds') return [['window', String(Math.round(Number(value) / 60))]];
    if (name === 'personalised_only') return value === true ? [] : [[name, 'no']];
    // An empty list has to be told from none.
    if (Array.isArray(value)) return [[name, value.length === 0 ? 'none' : value.join(',')]];
    return [[name, String(value)]];
  });
  return { kind, ...Object.fromEntries(members) };
}
