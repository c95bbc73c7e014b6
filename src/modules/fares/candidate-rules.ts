import { InvalidValueError } from '../../common/http/problem/request-errors';
import { type FareRuleRows, FareRules } from './engine/fare-rules';
import type { Concession } from './rules/concession.entity';
import type { FareLimit } from './rules/fare-limit.entity';
import type { Tariff } from './rules/tariff.entity';
import type { TransferPrice } from './rules/transfer-price.entity';
import type { TransferRule } from './rules/transfer-rule.entity';

/** Rules that are not in force, as the requests that would set them have them. */
export interface CandidateRules {
  readonly tariffs?: readonly Tariff[] | null;
  readonly transfer_rules?: readonly TransferRule[] | null;
  readonly transfer_prices?: readonly TransferPrice[] | null;
  readonly concessions?: readonly Concession[] | null;
  readonly limits?: readonly FareLimit[] | null;
}

type Keyed = { readonly valid_from: string };

/**
 * The stored rules with others in their place from a day on.
 *
 * @throws InvalidValueError for two rules of the same key, and for both a price and a percentage.
 */
export function withCandidates(stored: FareRuleRows, day: string, candidates: CandidateRules): FareRules {
  const { tariffs, transfer_rules, transfer_prices, concessions, limits } = candidates;
  return new FareRules({
    tariffs: replaced('tariffs', stored.tariffs, tariffs, day, ({ component }) => component),
    transferRules: replaced(
      'transfer_rules',
      stored.transferRules,
      transfer_rules?.map((rule) => ({ ...rule, most_transfers: rule.most_transfers ?? null })),
      day,
      () => '',
    ),
    transferPrices: replaced(
      'transfer_prices',
      stored.transferPrices,
      transfer_prices?.map(withEither('transfer_prices')),
      day,
      ({ from_component, to_component, from_transfer }) =>
        `${from_component} ${to_component} ${from_transfer}`,
    ),
    concessions: replaced(
      'concessions',
      stored.concessions,
      concessions
        ?.map(withEither('concessions'))
        .map((row) => ({ ...row, monthly_quota: row.monthly_quota ?? null })),
      day,
      ({ rider_category, component }) => `${rider_category} ${component}`,
    ),
    limits: replaced(
      'limits',
      stored.limits,
      limits?.map((limit) => ({ ...limit, value: limit.value ?? null })),
      day,
      ({ limit_name }) => limit_name,
    ),
  });
}

/** A row that already begins on the day would hold beside the candidate of its key. */
function replaced<Row extends Keyed>(
  member: string,
  stored: readonly Row[],
  candidates: readonly Row[] | null | undefined,
  day: string,
  keyOf: (row: Row) => string,
): readonly Row[] {
  if (!candidates) return stored;
  const keys = candidates.map(keyOf);
  const second = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (second >= 0)
    throw refusal(`/${member}/${second}`, 'must not be for the same as a rule before it in the list');
  const kept = stored.filter((row) => row.valid_from !== day || !keys.includes(keyOf(row)));
  return [...kept, ...candidates.map((row) => ({ ...row, valid_from: day }))];
}

function withEither(member: string) {
  return <Row extends Pick<Concession, 'price' | 'percent_off'>>(row: Row, index: number): Row => {
    const either = { price: row.price ?? null, percent_off: row.percent_off ?? null };
    if (either.price !== null && either.percent_off !== null)
      throw refusal(`/${member}/${index}/percent_off`, 'must be left out when there is a price');
    return { ...row, ...either };
  };
}

function refusal(pointer: string, detail: string): InvalidValueError {
  return new InvalidValueError('The rule is not acceptable.', [{ pointer, detail }]);
}
