import type { FaresOfDay } from '../../../modules/fares/engine/fare-rules';
import { FARE_COMPONENTS } from '../../../modules/fares/route-type';
import { laterPrices } from './transfers';

/** What of the fares in force GTFS-Fares v2 has no words for: a line each. */
export function listNotExpressible(fares: FaresOfDay): string[] {
  return [...ofBasePrices(fares), ...ofTransfers(fares), ...ofConcessions(fares), ...ofLimits(fares)];
}

function ofBasePrices(fares: FaresOfDay): string[] {
  return FARE_COMPONENTS.filter((component) => fares.price(component) === null).map(
    (component) => `${component} has no price on that day: it is left out`,
  );
}

function ofTransfers(fares: FaresOfDay): string[] {
  const rule = fares.transferRule;
  if (!rule || rule.most_transfers === 0) return [];
  if (rule.window_seconds === 0) return ['transfers within the same second'];
  const exclusions = rule.exclusions.filter((name) => name !== 'trunk_to_trunk');
  return [
    ...(rule.personalised_only ? ['transfers are only for cards with a user'] : []),
    ...(exclusions.length > 0 ? [`what is no transfer: ${exclusions.join(', ')}`] : []),
    ...(rule.most_transfers === null
      ? []
      : [`at most ${rule.most_transfers} transfers, where they lead from trunk to zonal or back`]),
    ...laterPrices(fares).map((price) => `the price of a transfer, ${price}`),
    ...(fares.transferPrices.some(({ percent_off }) => percent_off !== null)
      ? ['that a transfer costs a percentage: its price of that day is written']
      : []),
  ];
}

function ofConcessions({ concessions }: FaresOfDay): string[] {
  const quotas = concessions.filter(({ monthly_quota }) => monthly_quota !== null);
  const named = new Set(quotas.map((row) => `${row.rider_category} ${row.monthly_quota ?? ''}`));
  return [...named].sort().map((name) => `how often a month a concession applies: ${name}`);
}

function ofLimits(fares: FaresOfDay): string[] {
  const cap = fares.limit('daily_cap');
  return cap === null ? [] : [`the cap of a day, ${cap}`];
}
