import fc from 'fast-check';
import { MIGRATED_RULES } from '../../../test/builders/migrated-rules';
import { ServiceCalendar } from '../../common/time/service-calendar';
import type { CardProfile } from '../fares/engine/boarding';
import { FareRules } from '../fares/engine/fare-rules';
import type { RouteType } from '../fares/route-type';
import type { CardFunds, CardMovement } from '../ledger/card-movement';
import { charge, payIn } from '../ledger/debt';
import type { PastTrip } from '../trips/journeys.repository';
import type { RiderCategory } from '../users/user.entity';
import { type NewEntry, rateCard } from './card-rating';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const RUNS = 300;
const CARD = 7;

const calendar = new ServiceCalendar('America/Bogota');
const rules = new FareRules({
  ...MIGRATED_RULES,
  // So that what a tap costs may also depend on what was paid before it on its day.
  limits: [
    ...MIGRATED_RULES.limits,
    { limit_name: 'daily_cap', valid_from: '2024-01-01', value: 9_000 },
    { limit_name: 'daily_cap', valid_from: '2025-06-01', value: null },
  ],
});

interface Tap {
  readonly at: number;
  readonly route_id: number;
  readonly station_id: number;
  readonly validator_id: number;
}

/** What happens to a card, as the service hears of it: taps, together or one by one, or money. */
type Arrival = { readonly taps: readonly Tap[] } | { readonly recharge: number };

const ROUTE_TYPES: readonly RouteType[] = ['TRONCAL', 'ZONAL_UCE', 'ALIMENTADORA'];
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 * 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: 90 * 60, max: 130 * 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 * 86_400 }) },
);
const step = fc.record({
  pause,
  route: fc.nat({ max: 5 }),
  station: fc.nat({ max: 5 }),
  validator: fc.nat({ max: 3 }),
});
/** Around midnight, the end of a month, and a new tariff. */
const start = fc.constantFrom(
  '2023-01-09T22:00',
  '2024-02-11T21:00',
  '2025-01-17T23:00',
  '2025-05-31T20:00',
  '2026-01-13T12:00',
);
const day = fc.record({
  start,
  steps: fc.array(step, { minLength: 1, maxLength: 24 }),
  category: fc.constantFrom<RiderCategory>('standard', 'senior', 'disability'),
  personalised: fc.boolean(),
  recharges: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 4 }),
  mixture: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
});

interface Outcome {
  readonly fares: Readonly<Record<string, unknown>>;
  readonly funds: Pick<CardFunds, 'balance' | 'debt'>;
  /** What was first charged, and all adjustments, by tap: it has to be what the tap costs. */
  readonly paid: Readonly<Record<string, number>>;
}

/** The service's memory of one card. */
class KnownCard {
  private readonly past = new Map<number, PastTrip>();
  private readonly paid: Record<string, number> = {};
  private funds: CardFunds = { card_id: CARD, balance: 10_000, credit_limit: 0, debt: 0 };
  private nextId = 1;
  /** How many fares were decided otherwise, later. */
  changed = 0;

  constructor(private readonly profile: CardProfile) {}

  hear(arrival: Arrival): void {
    if ('recharge' in arrival) return this.move(-arrival.recharge * 1_000);
    // A tap that was heard of before is left out before it is rated, by its device and sequence number.
    const entries = arrival.taps.toSorted((one, other) => one.at - other.at).map((tap) => this.toEntry(tap));
    const { fares, changes } = rateCard(rules, calendar, this.profile, [...this.past.values()], entries);
    for (const entry of entries) {
      const fare = fares.get(entry.trip_id);
      if (!fare) throw new Error('an entry was not decided');
      this.past.set(entry.trip_id, {
        ...entry,
        ...fare,
        status: 'in_progress',
        disembarking_time: null,
        concessionaire_id: null,
      });
      this.pay(entry, fare.fare_amount);
    }
    this.changed += changes.length;
    for (const { trip, fare, amount } of changes) {
      this.past.set(trip.trip_id, { ...trip, ...fare });
      this.pay(trip, amount);
    }
  }

  get outcome(): Outcome {
    const nameOfTrip = new Map([...this.past.values()].map((trip) => [trip.trip_id, nameOf(trip)]));
    const fares = [...this.past.values()].map((trip) => {
      const { fare_amount, fare_reason, concession, capped, passback, transfers_used, window_ends_at } = trip;
      const anchor = nameOfTrip.get(trip.anchor_trip_id ?? 0);
      return [
        nameOf(trip),
        { fare_amount, fare_reason, concession, capped, passback, transfers_used, window_ends_at, anchor },
      ] as const;
    });
    const { balance, debt } = this.funds;
    return { fares: Object.fromEntries(fares), funds: { balance, debt }, paid: this.paid };
  }

  private toEntry({ at, route_id, station_id, validator_id }: Tap): NewEntry {
    const route_type = ROUTE_TYPES[route_id % ROUTE_TYPES.length] ?? 'TRONCAL';
    return {
      trip_id: this.nextId++,
      card_id: CARD,
      boarding_time: new Date(at),
      boarding_station_id: station_id,
      route_id,
      route_type,
      validator_id,
      tap_sequence: at,
    };
  }

  private pay(trip: Pick<PastTrip, 'boarding_time' | 'validator_id' | 'tap_sequence'>, amount: number): void {
    this.paid[nameOf(trip)] = (this.paid[nameOf(trip)] ?? 0) + amount;
    this.move(amount);
  }

  private move(amount: number): void {
    if (amount === 0) return;
    const movement = {
      kind: 'fare',
      card_id: CARD,
      change: -amount,
      counter: { kind: 'fare_revenue', concessionaire_id: null },
      at: new Date(0),
    } as const satisfies CardMovement;
    const { balance, debt } = amount > 0 ? charge(this.funds, movement) : payIn(this.funds, movement);
    this.funds = { ...this.funds, balance, debt };
  }
}

function nameOf({ validator_id, tap_sequence }: Pick<PastTrip, 'validator_id' | 'tap_sequence'>): string {
  return `${validator_id}:${tap_sequence}`;
}

/** Taps and recharges in another order, in pieces. */
function mixed(taps: readonly Tap[], recharges: readonly number[], chances: Iterator<number>): Arrival[] {
  const chance = (): number => Number(chances.next().value);
  const arrivals: Arrival[] = recharges.map((recharge) => ({ recharge }));
  for (
    let left = [...taps].map((tap) => [chance(), tap] as const).sort(([one], [other]) => one - other);
    left.length > 0;
  ) {
    const count = 1 + Math.floor(chance() * 4);
    arrivals.push({ taps: left.slice(0, count).map(([, tap]) => tap) });
    left = left.slice(count);
  }
  return arrivals
    .map((arrival) => [chance(), arrival] as const)
    .sort(([one], [other]) => one - other)
    .map(([, arrival]) => arrival);
}

describe(`taps of a card (seed ${SEED})`, () => {
  it('end in the same fares, balance and debt in whatever order and pieces they are heard of', () => {
    let changed = 0;
    fc.assert(
      fc.property(day, ({ start: from, steps, category, personalised, recharges, mixture }) => {
        let at = Date.parse(`${from}-05:00`);
        const taps = steps.map(({ pause: seconds, route, station, validator }) => {
          at += seconds * 1_000 + 1;
          return { at, route_id: route, station_id: station, validator_id: validator };
        });
        const inOrder = new KnownCard({ personalised, category });
        for (const recharge of recharges) inOrder.hear({ recharge });
        inOrder.hear({ taps });
        const late = new KnownCard({ personalised, category });
        for (const arrival of mixed(taps, recharges, mixture[Symbol.iterator]())) late.hear(arrival);

        expect(late.outcome).toEqual(inOrder.outcome);
        changed += late.changed;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(changed).toBeGreaterThan(RUNS);
  });
});

describe('what a rider was told at a gate', () => {
  const HOUR = 3_600_000;
  const MORNING = Date.parse('2025-06-02T07:00:00-05:00');
  const entry = (
    trip_id: number,
    hours: number,
    validator_id: number | null,
    route_id = trip_id,
  ): NewEntry => ({
    trip_id,
    card_id: CARD,
    boarding_time: new Date(MORNING + hours * HOUR),
    boarding_station_id: trip_id,
    route_id,
    route_type: route_id % 2 === 0 ? 'ZONAL_UCE' : 'TRONCAL',
    validator_id,
    tap_sequence: validator_id === null ? null : trip_id,
  });
  const profile: CardProfile = { personalised: true, category: 'standard' };
  const toPast = (one: NewEntry, past: readonly PastTrip[] = []): PastTrip => {
    const fare = rateCard(rules, calendar, profile, past, [one]).fares.get(one.trip_id);
    if (!fare) throw new Error('it was not decided');
    return { ...one, ...fare, status: 'completed', disembarking_time: null, concessionaire_id: null };
  };

  it('stays, and what was tapped after it is decided again with it', () => {
    const told = toPast(entry(1, 1, null));
    const tapped = toPast(entry(2, 1.5, 9), [told]);
    expect([told, tapped].map(({ fare_amount }) => fare_amount)).toEqual([3_200, 0]);

    // A bus half an hour before the gate: the gate would have been a transfer, and the tap after it the second one.
    const { fares, changes } = rateCard(rules, calendar, profile, [told, tapped], [entry(4, 0.5, 8)]);

    expect(fares.get(4)?.fare_amount).toBe(3_200);
    expect(changes).toEqual([]);
  });

  it('is not what taps before it go by', () => {
    const first = toPast(entry(2, 0, 9));
    const { changes } = rateCard(rules, calendar, profile, [first], [entry(4, -0.5, 8)]);
    expect(
      changes.map(({ trip, amount, caused_by_trip_id, fare }) => [
        trip.trip_id,
        amount,
        caused_by_trip_id,
        fare.fare_reason,
      ]),
    ).toEqual([[2, -3_200, 4, 'transfer']]);
  });
});

describe('what is no new entry', () => {
  it('changes no fare, although not all that the past depended on is read', () => {
    const at = Date.parse('2025-06-02T07:00:00-05:00');
    const trip: NewEntry = {
      trip_id: 1,
      card_id: CARD,
      boarding_time: new Date(at),
      boarding_station_id: 1,
      route_id: 1,
      route_type: 'TRONCAL',
      validator_id: 9,
      tap_sequence: 1,
    };
    const profile: CardProfile = { personalised: true, category: 'standard' };
    const fare = rateCard(rules, calendar, profile, [], [trip]).fares.get(1);
    if (!fare) throw new Error('it was not decided');
    const rest = { status: 'completed', disembarking_time: null, concessionaire_id: null } as const;
    // It was a transfer of a trip before it, which is too long ago for an exit that comes now.
    const transfer: PastTrip = { ...trip, ...rest, ...fare, fare_amount: 0, is_transfer: true };

    const { fares, changes } = rateCard(rules, calendar, profile, [transfer], []);

    expect([fares.size, changes]).toEqual([0, []]);
  });
});

describe('a late tap before midnight', () => {
  const entry = (trip_id: number, time: string): NewEntry => ({
    trip_id,
    card_id: CARD,
    boarding_time: new Date(`${time}-05:00`),
    boarding_station_id: trip_id,
    route_id: 1,
    route_type: 'TRONCAL',
    validator_id: 9,
    tap_sequence: trip_id,
  });
  /** What one more tap changes of those that are known. */
  function changedBy(
    late: NewEntry,
    known: readonly NewEntry[],
    profile: CardProfile,
    by: FareRules,
  ): unknown[] {
    const { fares } = rateCard(by, calendar, profile, [], known);
    const past = known.map((one): PastTrip => {
      const fare = fares.get(one.trip_id);
      if (!fare) throw new Error('it was not decided');
      return { ...one, ...fare, status: 'completed', disembarking_time: null, concessionaire_id: null };
    });
    const { changes } = rateCard(by, calendar, profile, past, [late]);
    return changes.map(({ trip, amount, fare }) => [trip.trip_id, amount, fare.capped, fare.concession]);
  }

  it('counts for the cap of its day, and not for that of the next one', () => {
    const known = ['2025-01-20T12:00:00', '2025-01-20T23:59:59.999', '2025-01-21T00:00:00'];
    const taps = known.map((time, n) => entry(n + 1, time));
    const basic: CardProfile = { personalised: false, category: 'standard' };
    expect(changedBy(entry(9, '2025-01-20T08:00:00'), taps, basic, rules)).toEqual([[2, -600, true, null]]);
    expect(changedBy(entry(9, '2025-01-19T23:59:59.999'), taps, basic, rules)).toEqual([]);
  });

  it('uses the quota of its month, and not that of the next one', () => {
    const once = new FareRules({
      ...MIGRATED_RULES,
      concessions: MIGRATED_RULES.concessions.map((row) => ({ ...row, monthly_quota: 1 })),
    });
    const taps = ['2025-05-31T23:59:59.999', '2025-06-01T00:00:00'].map((time, n) => entry(n + 1, time));
    const senior: CardProfile = { personalised: true, category: 'senior' };
    expect(changedBy(entry(9, '2025-05-01T00:00:00'), taps, senior, once)).toEqual([
      [1, 700, false, 'quota_used'],
    ]);
    expect(changedBy(entry(9, '2025-04-30T23:59:59.999'), taps, senior, once)).toEqual([]);
  });
});
