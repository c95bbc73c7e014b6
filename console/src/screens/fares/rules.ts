import { call } from '../../api/call';
import type { Concession, FareLimit, Tariff, TransferPrice, TransferRule } from '../../api/schema';

/** The kinds of fare rules, in the order in which a fare is decided. Their names are those of the API. */
export const RULE_KINDS = ['tariffs', 'transfer-rules', 'transfer-prices', 'concessions', 'limits'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** One rule: from a day on, until the next one of the same key begins. */
export type Rule =
  | { readonly kind: 'tariffs'; readonly row: Tariff }
  | { readonly kind: 'transfer-rules'; readonly row: TransferRule }
  | { readonly kind: 'transfer-prices'; readonly row: TransferPrice }
  | { readonly kind: 'concessions'; readonly row: Concession }
  | { readonly kind: 'limits'; readonly row: FareLimit };

export type RuleState = 'announced' | 'inForce' | 'past';

/** A rule in its place among those of its key. */
export interface PlacedRule {
  readonly id: string;
  readonly rule: Rule;
  readonly state: RuleState;
  /** The day on which the next one begins; null while there is none. */
  readonly until: string | null;
  readonly before: Rule | null;
}

/** All rules of a key, the earliest first. */
export interface Lane {
  readonly key: string;
  readonly kind: RuleKind;
  readonly rules: readonly PlacedRule[];
}

/** All rules of the past, of today and of the future, and the service day of now. */
export interface RuleBook {
  readonly today: string;
  readonly rules: readonly Rule[];
  readonly lanes: readonly Lane[];
}

export async function loadRules(signal: AbortSignal): Promise<RuleBook> {
  const options = { signal };
  const [{ on: today }, tariffs, transferRules, transferPrices, concessions, limits] = await Promise.all([
    call('GET /fares', {}, options),
    call('GET /fares/tariffs', {}, options),
    call('GET /fares/transfer-rules', {}, options),
    call('GET /fares/transfer-prices', {}, options),
    call('GET /fares/concessions', {}, options),
    call('GET /fares/limits', {}, options),
  ]);
  const rules: Rule[] = [
    ...tariffs.tariffs.map((row) => ({ kind: 'tariffs', row }) as const),
    ...transferRules.transfer_rules.map((row) => ({ kind: 'transfer-rules', row }) as const),
    ...transferPrices.transfer_prices.map((row) => ({ kind: 'transfer-prices', row }) as const),
    ...concessions.concessions.map((row) => ({ kind: 'concessions', row }) as const),
    ...limits.limits.map((row) => ({ kind: 'limits', row }) as const),
  ];
  return { today, rules, lanes: lanesOf(rules, today) };
}

/** What a rule is for: a later one of the same key takes its place. */
export function keyOf(rule: Rule): string {
  switch (rule.kind) {
    case 'tariffs':
      return `tariffs ${rule.row.component}`;
    case 'transfer-rules':
      return 'transfer-rules';
    case 'transfer-prices':
      return `transfer-prices ${rule.row.from_component} ${rule.row.to_component} ${rule.row.from_transfer}`;
    case 'concessions':
      return `concessions ${rule.row.rider_category} ${rule.row.component}`;
    case 'limits':
      return `limits ${rule.row.limit_name}`;
  }
}

export function idOf(rule: Rule): string {
  return `${keyOf(rule).replaceAll(' ', ':')}:${rule.row.valid_from}`;
}

export function lanesOf(rules: readonly Rule[], today: string): Lane[] {
  const keys = new Map<string, Rule[]>();
  for (const rule of rules) keys.set(keyOf(rule), [...(keys.get(keyOf(rule)) ?? []), rule]);
  const kinds = (one: Lane): number => RULE_KINDS.indexOf(one.kind);
  return [...keys]
    .map(([key, ofKey]): Lane => {
      const ordered = ofKey.sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
      return {
        key,
        kind: ofKey[0]?.kind ?? 'tariffs',
        rules: ordered.map((rule, index) => {
          const next = ordered[index + 1];
          return {
            id: idOf(rule),
            rule,
            until: next ? startOf(next) : null,
            before: ordered[index - 1] ?? null,
            state: stateOf(startOf(rule), next ? startOf(next) : null, today),
          };
        }),
      };
    })
    .sort((one, other) => kinds(one) - kinds(other) || (one.key < other.key ? -1 : 1));
}

export function startOf(rule: Rule): string {
  return rule.row.valid_from;
}

function stateOf(from: string, until: string | null, today: string): RuleState {
  if (from > today) return 'announced';
  return until !== null && until <= today ? 'past' : 'inForce';
}

/** The rule of the same key that holds before a day, and the one that begins on that very day. */
export function neighboursOf(
  rule: Rule,
  rules: readonly Rule[],
): { before: Rule | null; replaced: Rule | null; next: Rule | null } {
  const key = keyOf(rule);
  const same = rules
    .filter((other) => keyOf(other) === key)
    .sort((one, other) => (startOf(one) < startOf(other) ? -1 : 1));
  const day = startOf(rule);
  return {
    before: same.findLast((other) => startOf(other) < day) ?? null,
    replaced: same.find((other) => startOf(other) === day) ?? null,
    next: same.find((other) => startOf(other) > day) ?? null,
  };
}

/** What is announced and will hold on the first day of a rule beside it: of each other key the last. */
export function announcedBeside(rule: Rule, { rules, today }: RuleBook): Rule[] {
  const last = new Map<string, Rule>();
  for (const other of rules) {
    const [key, start] = [keyOf(other), startOf(other)];
    if (start <= today || start > startOf(rule) || key === keyOf(rule)) continue;
    const known = last.get(key);
    if (!known || startOf(known) < start) last.set(key, other);
  }
  return [...last.values()];
}

/** Stores a rule. The same rule for the same day takes its own place: what is sent twice is done once. */
export function announce(rule: Rule, idempotencyKey: string): Promise<unknown> {
  const options = { idempotencyKey };
  switch (rule.kind) {
    case 'tariffs':
      return call('POST /fares/tariffs', { body: rule.row }, options);
    case 'transfer-rules':
      return call('POST /fares/transfer-rules', { body: rule.row }, options);
    case 'transfer-prices':
      return call('POST /fares/transfer-prices', { body: rule.row }, options);
    case 'concessions':
      return call('POST /fares/concessions', { body: rule.row }, options);
    case 'limits':
      return call('POST /fares/limits', { body: rule.row }, options);
  }
}
