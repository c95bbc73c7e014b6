import fc from 'fast-check';
import { MIGRATED_RULES } from '../../../../test/builders/migrated-rules';
import { creditLeft, countedRecharges, pay, type CountedRecharge, type RechargeMovement } from './credit';
import { FareRules } from './fare-rules';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_241_016);

const rules = new FareRules(MIGRATED_RULES);

describe(creditLeft.name, () => {
  const left = (
    used: number,
    lastDay: string | null,
    today: string,
    ...recharges: CountedRecharge[]
  ): number => creditLeft(rules, { used, lastDay }, recharges, today);

  it('is two for a card that never used it', () => {
    expect(left(0, null, '2025-06-02')).toBe(2);
  });

  it('is what was not used, however long ago that was', () => {
    expect(left(1, '2025-06-02', '2025-06-02')).toBe(1);
    expect(left(1, '2025-06-02', '2025-12-02')).toBe(1);
    expect(left(2, '2025-06-02', '2025-12-02')).toBe(0);
  });

  it('is full again at the first midnight after a recharge that brought one trunk fare', () => {
    const recharge = { day: '2025-06-05', balance: 3_200 };

    expect(left(2, '2025-06-02', '2025-06-05', recharge)).toBe(0);
    expect(left(2, '2025-06-02', '2025-06-06', recharge)).toBe(2);
    expect(left(1, '2025-06-02', '2025-06-06', recharge)).toBe(2);
  });

  it('stays used after a recharge that brought less', () => {
    expect(left(2, '2025-06-02', '2025-06-06', { day: '2025-06-05', balance: 3_199 })).toBe(0);
  });

  it('asks for the trunk fare of the recharge’s own time', () => {
    expect(left(2, '2026-01-10', '2026-01-14', { day: '2026-01-13', balance: 3_200 })).toBe(2);
    expect(left(2, '2026-01-10', '2026-01-15', { day: '2026-01-14', balance: 3_200 })).toBe(0);
  });

  it('is full again after a recharge of the very day on which it was used', () => {
    expect(left(2, '2025-06-02', '2025-06-03', { day: '2025-06-02', balance: 9_000 })).toBe(2);
    expect(left(2, '2025-06-02', '2025-06-03', { day: '2025-06-01', balance: 9_000 })).toBe(0);
  });
});

describe(countedRecharges.name, () => {
  const [MONDAY, TUESDAY] = ['2025-06-02', '2025-06-03'];

  type Step = readonly [day: string, what: 'recharge' | 'reversal', recharge: number, amount: number];

  /** What happened to a card that had nothing: recharges by their number, and reversals of them. */
  function movements(...steps: readonly Step[]): RechargeMovement[] {
    let balance = 0;
    return steps.map(([day, what, recharge, amount]) => {
      const isReversal = what === 'reversal';
      balance += isReversal ? -amount : amount;
      return { day, recharge, isReversal, amount, balance };
    });
  }
  const marks = (...steps: readonly Step[]): CountedRecharge[] =>
    countedRecharges(movements(...steps)).reverse();

  it('are all recharges, where none is reversed', () => {
    expect(marks([MONDAY, 'recharge', 1, 5_000], [TUESDAY, 'recharge', 2, 2_000])).toEqual([
      { day: MONDAY, balance: 5_000 },
      { day: TUESDAY, balance: 7_000 },
    ]);
  });

  it('leave out a recharge that is reversed before midnight, but not one that is reversed after it', () => {
    expect(marks([MONDAY, 'recharge', 1, 5_000], [MONDAY, 'reversal', 1, 5_000])).toEqual([]);
    expect(marks([MONDAY, 'recharge', 1, 5_000], [TUESDAY, 'reversal', 1, 5_000])).toEqual([
      { day: MONDAY, balance: 5_000 },
    ]);
  });

  it('keep another recharge of the day', () => {
    const [first, second] = [
      [MONDAY, 'recharge', 1, 5_000],
      [MONDAY, 'recharge', 2, 4_000],
    ] as const;

    expect(marks(first, second, [MONDAY, 'reversal', 2, 4_000])).toEqual([{ day: MONDAY, balance: 5_000 }]);
    expect(marks(first, [MONDAY, 'reversal', 1, 5_000], second)).toEqual([{ day: MONDAY, balance: 4_000 }]);
  });

  it('count only what is left of the balance that a later recharge brought the card to', () => {
    const [first, second] = [
      [MONDAY, 'recharge', 1, 3_000],
      [MONDAY, 'recharge', 2, 1_000],
    ] as const;

    expect(marks(first, second, [MONDAY, 'reversal', 1, 3_000])).toEqual([{ day: MONDAY, balance: 1_000 }]);
    expect(marks(first, second, [TUESDAY, 'reversal', 1, 3_000])).toEqual([
      { day: MONDAY, balance: 3_000 },
      { day: MONDAY, balance: 4_000 },
    ]);
  });

  it('count a recharge of an earlier day for its own midnight, and not for that before which it is reversed', () => {
    const steps = [
      [MONDAY, 'recharge', 1, 3_000],
      [TUESDAY, 'recharge', 2, 1_000],
      [TUESDAY, 'reversal', 1, 3_000],
    ] as const;

    expect(marks(...steps)).toEqual([
      { day: MONDAY, balance: 3_000 },
      { day: TUESDAY, balance: 1_000 },
    ]);
    // Also where the earlier day is out of sight.
    expect(countedRecharges(movements(...steps).slice(1))).toEqual([{ day: TUESDAY, balance: 1_000 }]);
  });
});

describe(`any recharges and reversals (seed ${SEED})`, () => {
  const FARE = 3_200;

  /** What happens to a card, so many days after what happened before: a boarding, a recharge, or the reversal of one. */
  interface Event {
    readonly day: number;
    readonly change: number;
    readonly recharge: number | null;
    readonly isReversal: boolean;
  }

  const events = fc
    .array(
      fc.record({
        pause: fc.constantFrom(0, 0, 0, 1, 2),
        kind: fc.constantFrom('boarding', 'recharge', 'recharge', 'reversal', 'reversal'),
        amount: fc.constantFrom(1_000, 2_000, 3_199, 3_200, 6_000),
        nth: fc.nat({ max: 9 }),
      }),
      { maxLength: 14 },
    )
    .map((steps) => {
      const happened: Event[] = [];
      const reversible: { recharge: number; amount: number }[] = [];
      let day = 1;
      for (const [recharge, { pause, kind, amount, nth }] of steps.entries()) {
        day += pause;
        if (kind === 'boarding') happened.push({ day, change: -amount, recharge: null, isReversal: false });
        if (kind === 'recharge') {
          reversible.push({ recharge, amount });
          happened.push({ day, change: amount, recharge, isReversal: false });
        }
        const [undone] = kind === 'reversal' ? reversible.splice(nth % (reversible.length || 1), 1) : [];
        if (undone)
          happened.push({ day, change: -undone.amount, recharge: undone.recharge, isReversal: true });
      }
      return happened;
    });

  /** The rule as it is written: before each midnight the past is told anew, without what was undone before it. */
  function renewalsByTheBook(happened: readonly Event[]): number[] {
    const days = [...new Set(happened.map(({ day }) => day))];
    return days.filter((day) => {
      const before = happened.filter((event) => event.day <= day);
      const undone = before.filter(({ isReversal }) => isReversal).map(({ recharge }) => recharge);
      let balance = 0;
      return before
        .filter(({ recharge }) => recharge === null || !undone.includes(recharge))
        .some((event) => {
          balance += event.change;
          return event.recharge !== null && event.day === day && balance >= FARE;
        });
    });
  }

  it('renew credit at the midnights at which the rule says so', () => {
    const nameOf = (day: number): string => `2025-06-${String(day).padStart(2, '0')}`;
    fc.assert(
      fc.property(events, (happened) => {
        let balance = 0;
        const movements = happened.flatMap(({ day, change, recharge, isReversal }) => {
          balance += change;
          const amount = Math.abs(change);
          return recharge === null ? [] : [{ day: nameOf(day), recharge, isReversal, amount, balance }];
        });
        const renewed = countedRecharges(movements).flatMap((mark) => (mark.balance >= FARE ? mark.day : []));

        expect([...new Set(renewed)].sort()).toEqual(renewalsByTheBook(happened).map(nameOf));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe(pay.name, () => {
  it('takes no credit while the balance suffices, to the last unit', () => {
    expect(pay(3_200, 3_200, 2)).toEqual({ refused: false, balanceAfter: 0, onCredit: false });
  });

  it('takes one credit boarding to go below zero, whatever the price', () => {
    expect(pay(3_200, 3_199, 1)).toEqual({ refused: false, balanceAfter: -1, onCredit: true });
    expect(pay(0, -2_200, 1)).toEqual({ refused: false, balanceAfter: -2_200, onCredit: true });
  });

  it('refuses without credit, and says what would have sufficed', () => {
    expect(pay(3_200, 1_000, 0)).toEqual({
      refused: true,
      required: 3_200,
      available: 1_000,
      shortfall: 2_200,
    });
    expect(pay(3_200, -5_400, 0)).toEqual({
      refused: true,
      required: 3_200,
      available: -5_400,
      shortfall: 8_600,
    });
  });
});
