import type {
  Boarding,
  CardProfile,
  ConcessionUse,
  FareReason,
} from '../../src/modules/fares/engine/boarding';

interface Charge {
  readonly amount: number;
  readonly reason: FareReason;
  /** Index of the anchor; its own for what is no transfer. */
  readonly anchor: number;
  readonly concession: ConcessionUse | null;
  readonly passback: boolean;
}

/** First day, trunk price, zonal price, zonal to trunk, window in minutes: the published tariffs. */
const TARIFFS = [
  ['2019-02-02', 2_400, 2_200, 200, 95],
  ['2020-03-02', 2_500, 2_300, 200, 110],
  ['2022-01-11', 2_650, 2_450, 200, 110],
  ['2023-01-10', 2_950, 2_750, 200, 110],
  ['2024-02-12', 2_950, 2_950, 0, 110],
  ['2025-01-18', 3_200, 3_200, 0, 125],
  ['2026-01-14', 3_550, 3_550, 0, 125],
] as const;

function tariffOn(day: string): (typeof TARIFFS)[number] {
  const tariff = TARIFFS.findLast(([from]) => from <= day);
  if (!tariff) throw new Error(`no tariff holds on ${day}`);
  return tariff;
}

/**
 * Bogotá's rules once more, as one would work them out by hand: every boarding looks at the whole past, and nothing is
 * data. What the engine must agree with.
 */
export function fareByTheBook(card: CardProfile, boardings: readonly Boarding[]): Charge[] {
  const charges: Charge[] = [];
  boardings.forEach((boarding, index) => {
    const [, trunk, zonal, toTrunk] = tariffOn(boarding.day);
    const standard = boarding.component === 'trunk' ? trunk : zonal;
    const passback = boardings
      .slice(0, index)
      .some((earlier) => earlier.station === boarding.station && boarding.at - earlier.at <= 600);
    const reason = reasonByTheBook(card, boardings, charges, index);
    if (reason === 'transfer') {
      const fromZonal = boardings[index - 1]?.component === 'zonal';
      const amount = fromZonal && boarding.component === 'trunk' ? toTrunk : 0;
      const anchor = charges.findLastIndex((charge) => charge.reason !== 'transfer');
      charges.push({ amount, reason, anchor, concession: null, passback });
      return;
    }
    const month = boarding.day.slice(0, 7);
    const used = charges.filter(
      (charge, n) => charge.concession === 'applied' && boardings[n]?.day.startsWith(month),
    ).length;
    const offer = card.personalised ? concessionByTheBook(card, boarding, standard) : null;
    const concession = offer && (used < offer.quota ? 'applied' : 'quota_used');
    const amount = offer && concession === 'applied' ? offer.price : standard;
    charges.push({ amount, reason, anchor: index, concession, passback });
  });
  return charges;
}

function concessionByTheBook(
  { category }: CardProfile,
  { day, component }: Boarding,
  standard: number,
): { price: number; quota: number } | null {
  if (category === 'senior' || category === 'sisben') {
    if (day < '2023-01-10') return null;
    return { price: day < '2024-02-12' && component === 'zonal' ? 2_250 : 2_500, quota: 30 };
  }
  if (category === 'disability' && day >= '2024-02-12')
    return { price: Math.round(standard * 0.6), quota: 25 };
  return null;
}

function reasonByTheBook(
  card: CardProfile,
  boardings: readonly Boarding[],
  charges: readonly Charge[],
  index: number,
): FareReason {
  const boarding = boardings[index];
  const anchorIndex = charges.findLastIndex(({ reason }) => reason !== 'transfer');
  const anchor = boardings[anchorIndex];
  if (!card.personalised) return 'basic_card';
  if (!boarding || !anchor) return 'full_fare';
  const [, , , , minutes] = tariffOn(anchor.day);
  if (boarding.at > anchor.at + minutes * 60)
    return boarding.day === anchor.day ? 'transfer_window_over' : 'full_fare';
  const since = boardings.slice(anchorIndex, index);
  if (since.length === 3) return 'transfers_used_up';
  if (since.some(({ station }) => station === boarding.station)) return 'same_station';
  if (since.some(({ route }) => route === boarding.route)) return 'same_route';
  if (boarding.component === 'zonal') return 'transfer';
  const pattern = since.map(({ component }) => component[0]).join('');
  if (pattern.endsWith('t')) return 'trunk_to_trunk';
  return /t.*z/.test(pattern) ? 'trunk_zonal_trunk' : 'transfer';
}
