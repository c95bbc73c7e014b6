import fc from 'fast-check';
import { BASIC, decideAll, PERSONALISED } from '../../../../test/builders/fares';
import { MIGRATED_RULES } from '../../../../test/builders/migrated-rules';
import { fareByTheBook } from '../../../../test/builders/fares-by-the-book';
import { ServiceCalendar } from '../../../common/time/service-calendar';
import type { RiderCategory } from '../../users/user.entity';
import type { Boarding, CardProfile } from './boarding';
import { FareRules } from './fare-rules';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_114);
const RUNS = 400;

const calendar = new ServiceCalendar('America/Bogota');
const rules = new FareRules(MIGRATED_RULES);

/** Minutes between boardings: mostly around the windows, sometimes days. */
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 * 60 }) },
  { weight: 4, arbitrary: fc.integer({ min: 90 * 60, max: 130 * 60 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(600, 601, 95 * 60, 110 * 60, 110 * 60 + 1, 125 * 60, 125 * 60 + 1),
  },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * 86_400 }) },
);
const step = fc.record({
  component: fc.constantFrom('trunk' as const, 'zonal' as const, 'zonal' as const),
  route: fc.nat({ max: 7 }),
  station: fc.nat({ max: 9 }),
  pause,
});
const start = fc
  .constantFrom(
    '2019-02-02',
    '2020-03-01',
    '2023-01-09',
    '2023-06-01',
    '2024-02-11',
    '2025-01-17',
    '2026-01-13',
  )
  .chain((day) => fc.nat({ max: 86_399 }).map((second) => Date.parse(`${day}T05:00:00Z`) / 1_000 + second));
const journey = fc.record({ start, steps: fc.array(step, { minLength: 1, maxLength: 60 }) });
const category = fc.constantFrom<RiderCategory>('standard', 'senior', 'sisben', 'disability');

function boardingsOf({
  start: from,
  steps,
}: {
  start: number;
  steps: (Omit<Boarding, 'at' | 'day'> & { pause: number })[];
}): Boarding[] {
  let at = from;
  return steps.map(({ pause: seconds, ...labels }) => {
    at += seconds;
    return { ...labels, at, day: calendar.dayOf(new Date(at * 1_000)) };
  });
}

const check = <Values extends [unknown, ...unknown[]]>(property: fc.IProperty<Values>): void =>
  fc.assert(property, { seed: SEED, numRuns: RUNS });

describe(`any sequence of boardings (seed ${SEED})`, () => {
  it('is priced as the book says', () => {
    const reasons = new Set<string>();
    check(
      fc.property(journey, category, fc.boolean(), (ride, of, personalised) => {
        const card: CardProfile = { personalised, category: of };
        const boardings = boardingsOf(ride);
        const decisions = decideAll(rules, card, boardings);
        const expected = fareByTheBook(card, boardings);

        for (const { reason } of decisions) reasons.add(reason);
        expect(
          decisions.map(({ amount, reason, anchor, id, concession, passback }) => ({
            amount,
            reason,
            anchor: anchor?.id ?? id,
            concession,
            passback,
          })),
        ).toEqual(expected);
      }),
    );

    expect([...reasons].sort()).toEqual([
      'basic_card',
      'full_fare',
      'same_route',
      'same_station',
      'transfer',
      'transfer_window_over',
      'transfers_used_up',
      'trunk_to_trunk',
      'trunk_zonal_trunk',
    ]);
  });

  it('costs what it did when a boarding is added after it', () => {
    check(
      fc.property(journey, category, (ride, of) => {
        const card: CardProfile = { personalised: true, category: of };
        const boardings = boardingsOf(ride);
        const amounts = (count: number): number[] =>
          decideAll(rules, card, boardings.slice(0, count)).map(({ amount }) => amount);

        expect(amounts(boardings.length).slice(0, -1)).toEqual(amounts(boardings.length - 1));
      }),
    );
  });

  it('has at most two transfers for an anchor, all within its window', () => {
    check(
      fc.property(journey, (ride) => {
        const boardings = boardingsOf(ride);
        const transfers = decideAll(rules, PERSONALISED, boardings).filter(({ anchor }) => anchor);
        for (const { id, anchor, transfersUsed } of transfers) {
          if (!anchor) throw new Error('a transfer has an anchor');
          const longest = rules.on(anchor.day).transferRule?.window_seconds ?? 0;
          expect((boardings[id]?.at ?? 0) - anchor.at).toBeLessThanOrEqual(longest);
          const upToHere = transfers.filter((other) => other.anchor?.id === anchor.id && other.id <= id);
          expect(transfersUsed).toBe(upToHere.length);
          expect(transfersUsed).toBeLessThanOrEqual(2);
        }
      }),
    );
  });

  it('never costs more than the standard price, and a personalised card no more than a basic one', () => {
    check(
      fc.property(journey, category, (ride, of) => {
        const boardings = boardingsOf(ride);
        const personalised = decideAll(rules, { personalised: true, category: of }, boardings);
        const basic = decideAll(rules, BASIC, boardings);

        personalised.forEach(({ amount, basePrice }, index) => {
          expect(amount).toBeLessThanOrEqual(basePrice);
          expect(amount).toBeLessThanOrEqual(basic[index]?.amount ?? -1);
        });
      }),
    );
  });
});
