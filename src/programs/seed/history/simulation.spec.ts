import { createHash } from 'node:crypto';
import { MIGRATED_RULES } from '../../../../test/builders/migrated-rules';
import { NO_HISTORY, remember, type CardHistory } from '../../../modules/fares/engine/card-history';
import { creditLeft, pay, type CountedRecharge } from '../../../modules/fares/engine/credit';
import { decideFare } from '../../../modules/fares/engine/decide-fare';
import { FareRules, type FareRuleRows } from '../../../modules/fares/engine/fare-rules';
import { fareComponentOf } from '../../../modules/fares/route-type';
import { City } from '../network/city';
import { Validators } from '../network/validators';
import { NEVER, Riders } from '../people/riders';
import { Demand } from './demand';
import type { Boarding, HistoryEvent } from './events';
import { Simulation, type World } from './simulation';
import { Timeline } from './timeline';

const CARDS = 1_000;
const TRIPS = 8_000;
const DAYS = 7;
/** A Wednesday, 15:00 in Bogotá. */
const NOW = new Date('2026-03-11T20:00:00Z');

const rules = MIGRATED_RULES;

interface WorldOptions {
  readonly seed?: number;
  readonly now?: Date;
  readonly trips?: number;
  readonly changed?: Partial<FareRuleRows>;
}

function worldOf({ seed = 1, now = NOW, trips = TRIPS, changed = {} }: WorldOptions = {}): World {
  const city = new City(seed);
  const timeline = new Timeline(now, 'America/Bogota', DAYS);
  return {
    seed,
    city,
    validators: new Validators(city),
    timeline,
    riders: new Riders(CARDS, city, timeline.end, seed),
    demand: new Demand(timeline, trips),
    rules: new FareRules({ ...rules, ...changed }),
  };
}

function simulateAll(world: World): readonly HistoryEvent[] {
  return [...new Simulation(world).minutes()].flat();
}

/** Short enough to be shown when it differs. */
function digest(events: readonly HistoryEvent[]): string {
  return createHash('sha256').update(JSON.stringify(events)).digest('hex');
}

/** Lives through the events of each card with the engine's own histories, and tells where it would decide otherwise. */
function differencesOf(world: World, events: readonly HistoryEvent[]): unknown[] {
  const { city, riders, timeline } = world;
  const cards = new Map<number, { history: CardHistory; used: number; lastDay: string | null }>();
  const recharges = new Map<number, CountedRecharge[]>();
  return events.flatMap((event) => {
    const { at, card, amount, balance } = event;
    const day = timeline.days[timeline.dayOf(at)] ?? '';
    const marks = recharges.get(card) ?? [];
    if (event.kind === 'recharge') recharges.set(card, [...marks, { day, balance }]);
    if (!isBoarding(event)) return [];

    const { history, used, lastDay } = cards.get(card) ?? { history: NO_HISTORY, used: 0, lastDay: null };
    const profile = { personalised: riders.userOf[card] !== 0, category: riders.categoryOf(card) };
    const route = city.route(event.leg.route);
    const boarding = {
      at: Math.floor(timeline.dateOf(at).getTime() / 1_000),
      day,
      component: fareComponentOf(route.type),
      route: route.id,
      station: route.stops[event.leg.from]?.id ?? 0,
    };
    const fare = decideFare(world.rules, profile, history, boarding);
    const since = marks.filter((mark) => lastDay !== null && mark.day >= lastDay);
    const left = profile.personalised ? creditLeft(world.rules, { used, lastDay }, since, day) : 0;
    const payment = pay(amount, balance + amount - event.debt, left);
    const isPaid = event.debt > 0 || !payment.refused;
    const onCredit = event.debt === 0 && !payment.refused && payment.onCredit;
    const granted = world.rules.on(day).limit('credit_boardings') ?? 0;
    const isTransfer = event.fare.anchor !== null;
    cards.set(card, {
      history: remember(history, boarding, {
        id: event.trip,
        isTransfer,
        amount,
        concession: event.fare.concession,
      }),
      ...(onCredit ? { used: granted - (left - 1), lastDay: day } : { used, lastDay }),
    });
    const isSame =
      JSON.stringify(fare) === JSON.stringify(event.fare) &&
      amount === fare?.amount &&
      isPaid &&
      onCredit === event.onCredit;
    return isSame ? [] : [{ event, fare, payment }];
  });
}

const isBoarding = (event: HistoryEvent): event is Boarding => event.kind === 'boarding';

describe(Simulation.name, () => {
  let world: World;
  let events: readonly HistoryEvent[];
  let boardings: readonly Boarding[];

  beforeAll(() => {
    world = worldOf();
    events = simulateAll(world);
    boardings = events.filter(isBoarding);
  });

  it('has as many trips as wanted, whatever the hour', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => new Date(NOW.getTime() + hour * 3_600_000));
    const counts = hours.map((now) => simulateAll(worldOf({ now, trips: 500 })).filter(isBoarding).length);

    expect(new Set(counts)).toEqual(new Set([500]));
  });

  it('tells the same history for the same seed and moment', () => {
    expect(digest(simulateAll(worldOf()))).toBe(digest(events));
    expect(digest(simulateAll(worldOf({ seed: 2 })))).not.toBe(digest(events));
  });

  it('has as many trips as were asked for, in the order of time, none in the future', () => {
    expect(boardings).toHaveLength(TRIPS);
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(world.timeline.end);
  });

  it('has a morning and an evening peak on working days', () => {
    const byHour = Array.from({ length: 24 }, () => 0);
    // The first day is a Wednesday, the next one too.
    for (const { at } of boardings.filter((boarding) => world.timeline.dayOf(boarding.at) < 2)) {
      const hour = Math.floor((at % 86_400) / 3_600);
      byHour[hour] = (byHour[hour] ?? 0) + 1;
    }
    const [night = 0, morning = 0, midday = 0, evening = 0] = [2, 6, 11, 17].map((hour) => byHour[hour]);
    expect(morning).toBeGreaterThan(2 * midday);
    expect(evening).toBeGreaterThan(2 * midday);
    expect(midday).toBeGreaterThan(5 * night);
  });

  it.each<[string, () => Partial<FareRuleRows>]>([
    ['as they are', () => ({})],
    [
      'with a cap, dear transfers without a limit, and a long memory',
      () => ({
        transferRules: rules.transferRules.map((rule) => ({
          ...rule,
          window_seconds: 6 * 3_600,
          most_transfers: null,
          exclusions: [],
        })),
        transferPrices: rules.transferPrices.map((row) => ({ ...row, price: 900 })),
        limits: [
          { limit_name: 'daily_cap', valid_from: '2026-03-01', value: 6_000 },
          { limit_name: 'passback_seconds', valid_from: '2026-03-01', value: 3_600 },
          { limit_name: 'credit_boardings', valid_from: '2026-03-01', value: 5 },
        ],
      }),
    ],
    [
      'with a concession that is soon used up',
      () => ({ concessions: rules.concessions.map((row) => ({ ...row, monthly_quota: 3 })) }),
    ],
  ])('charges what the engine says of everything that the card did before, by rules %s', (_name, change) => {
    const other = worldOf({ changed: change() });
    expect(differencesOf(other, simulateAll(other))).toEqual([]);
  });

  it('has transfers, concessions, basic cards and credit in the shares of a city', () => {
    const share = (holds: (boarding: Boarding) => boolean): number =>
      boardings.filter(holds).length / boardings.length;
    expect(share(({ fare }) => fare.reason === 'transfer')).toBeGreaterThan(0.1);
    expect(share(({ fare }) => fare.reason === 'transfer')).toBeLessThan(0.2);
    expect(share(({ fare }) => fare.concession === 'applied')).toBeGreaterThan(0.1);
    expect(share(({ fare }) => fare.reason === 'basic_card')).toBeGreaterThan(0.15);
    expect(share(({ onCredit }) => onCredit)).toBeGreaterThan(0.001);
    expect(share(({ onCredit }) => onCredit)).toBeLessThan(0.02);
  });

  it('keeps every balance in its limits, and counts the postings of a card', () => {
    const cards = new Map<number, { balance: number; version: number }>();
    const wrong = events.filter((event) => {
      const before = cards.get(event.card) ?? { balance: 0, version: 0 };
      const debt = isBoarding(event) ? event.debt : 0;
      const change = event.kind === 'recharge' ? event.amount : debt - event.amount;
      cards.set(event.card, event);
      const posted = (event.amount > 0 ? 1 : 0) + (debt > 0 ? 1 : 0);
      const follows = event.balance === before.balance + change && event.version === before.version + posted;
      const isBelowZero = event.balance < 0 && world.riders.userOf[event.card] === 0;
      return !follows || isBelowZero || event.balance > 500_000;
    });
    expect(wrong).toEqual([]);
  });

  it('lends what a card lacks where a validator cannot know it, and takes that card on no other ride', () => {
    const debts = boardings.filter(({ debt }) => debt > 0);
    expect(debts.length).toBeGreaterThan(0);
    for (const { card, at, amount, balance, debt } of debts) {
      expect([balance, debt <= amount]).toEqual([0, true]);
      expect(events.filter((event) => event.card === card && event.at > at)).toEqual([]);
    }
  });

  it('recharges amounts that a channel takes', () => {
    const wrong = events.filter(
      (event) =>
        event.kind === 'recharge' &&
        (event.amount % 50 > 0 || event.amount < (event.online ? 10_000 : 1_000) || event.amount > 200_000),
    );
    expect(wrong).toEqual([]);
  });

  it('pays every fare even when it is higher than the usual recharge', () => {
    const dear = worldOf({
      trips: 3_000,
      changed: { tariffs: rules.tariffs.map((tariff) => ({ ...tariff, price: 12_400 })) },
    });
    const all = simulateAll(dear);
    expect(all.filter((event) => event.balance < 0 && !(isBoarding(event) && event.onCredit))).toEqual([]);
    expect(differencesOf(dear, all)).toEqual([]);
  });

  it('takes a double payment back right after it, and never the first recharge', () => {
    const reversals = events.filter(({ kind }) => kind === 'reversal');
    expect(reversals.length).toBeGreaterThan(0);
    for (const reversal of reversals) {
      const paid = events.filter(
        (event) => event.card === reversal.card && event.version === reversal.version - 1,
      );
      expect(paid).toEqual([
        expect.objectContaining({ kind: 'recharge', reversed: true, amount: reversal.amount }),
      ]);
    }
    expect(events.find(({ kind }) => kind === 'recharge')).toMatchObject({ reversed: false });
  });

  it('lets a card board again only after its trip has ended', () => {
    const ends = new Map<number, number>();
    const early = boardings.filter(({ card, at, ride, forgotten }) => {
      const end = ends.get(card) ?? 0;
      ends.set(card, at + (forgotten ? 3 * 3_600 + 1 : ride));
      return at < end;
    });
    expect(early).toEqual([]);
  });

  it('rides along the route', () => {
    const wrong = boardings.filter(
      ({ leg, ride }) =>
        leg.to <= leg.from || leg.to >= world.city.route(leg.route).stops.length || ride >= 40 * 60,
    );
    expect(wrong).toEqual([]);
  });

  it('uses a card neither before it was acquired nor after it went out of use', () => {
    const { riders } = world;
    // Who was on the way finishes it.
    const wrong = boardings.filter(
      ({ card, at }) =>
        at < world.timeline.dayStart(riders.firstDayOf(card, DAYS)) ||
        at >= (riders.quitAt[card] ?? NEVER) + 3_600,
    );
    expect(wrong).toEqual([]);
  });

  it.each(['2026-03-11T05:02:00Z', '2026-03-11T08:00:00Z', '2026-03-15T17:30:00Z'])(
    'leaves the example cards as documented, and riders on the road, at %s',
    (moment) => {
      const other = worldOf({ now: new Date(moment) });
      const all = simulateAll(other);
      const rides = all.filter(isBoarding);
      const last = (card: number): Boarding | undefined => rides.findLast((ride) => ride.card === card);
      const isOpen = (ride: Boarding | undefined): boolean =>
        !!ride && ride.at + ride.ride > other.timeline.end;
      expect([0, 1, 2].map((card) => isOpen(last(card)))).toEqual([false, false, true]);
      expect(last(0)?.balance).toBeGreaterThanOrEqual(10_000);
      expect(last(0)?.balance).toBeLessThanOrEqual(30_000);
      expect(rides.filter(({ card }) => card === 2)).toHaveLength(1);
      expect(all[0]).toMatchObject({ kind: 'recharge', card: 1, amount: 5_000, reversed: false });
      expect(last(1)?.balance).toBeGreaterThanOrEqual(10_000);
      const open = rides.filter(isOpen);
      expect(open.length).toBeGreaterThan(5);
      for (const { at } of open) expect(at).toBeGreaterThan(other.timeline.end - 40 * 60);
    },
  );
});
