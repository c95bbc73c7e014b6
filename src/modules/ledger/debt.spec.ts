import fc from 'fast-check';
import type { CardFunds, CardMovement } from './card-movement';
import { charge, payIn, type SettledMovements, takeBack } from './debt';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const at = new Date('2026-11-28T12:00:00Z');

function movement(change: number): CardMovement {
  const counter = { kind: 'cash', channel: 'default' } as const;
  return { kind: change > 0 ? 'recharge' : 'reversal', card_id: 1, change, counter, recharge_id: 7, at };
}

const ride = (fare: number): CardMovement => ({
  kind: 'fare',
  card_id: 1,
  change: -fare,
  counter: { kind: 'fare_revenue', concessionaire_id: null },
  trip_id: 9,
  at,
});

const funds = (balance: number, debt = 0, credit_limit = 0): CardFunds => ({
  card_id: 1,
  balance,
  debt,
  credit_limit,
});

const changesOf = ({ movements }: SettledMovements): (readonly [string, number])[] =>
  movements.map(({ kind, change }) => [kind, change]);

describe(charge.name, () => {
  it('takes from the balance what it may pay, and lends the rest before the fare', () => {
    const settled = charge(funds(1_000), ride(3_550));

    expect(settled).toMatchObject({ balance: 0, debt: 2_550, lent: 2_550 });
    expect(changesOf(settled)).toEqual([
      ['debt', 2_550],
      ['fare', -3_550],
    ]);
    expect(settled.movements[0]).toMatchObject({ trip_id: 9, counter: { kind: 'debt' } });
  });

  it.each([
    ['a balance that pays all of it', funds(3_550), 0, 0],
    ['what the card may owe by its balance', funds(1_000, 0, 2_550), -2_550, 0],
    ['nothing from a balance at its limit', funds(-5_400, 200, 5_400), -5_400, 3_750],
  ])('with %s', (_name, before, balance, debt) => {
    expect(charge(before, ride(3_550))).toMatchObject({ balance, debt });
  });
});

describe(payIn.name, () => {
  it('pays the debt first', () => {
    const settled = payIn(funds(0, 2_550), movement(20_000));

    expect(settled).toMatchObject({ balance: 17_450, debt: 0, paid: 2_550 });
    expect(changesOf(settled)).toEqual([
      ['recharge', 20_000],
      ['debt_payment', -2_550],
    ]);
  });

  it('leaves the balance as it is while the debt is larger', () => {
    expect(payIn(funds(-300, 2_550, 300), movement(1_000))).toMatchObject({ balance: -300, debt: 1_550 });
  });

  it('is one movement for a card that owes nothing', () => {
    expect(changesOf(payIn(funds(10), movement(1_000)))).toEqual([['recharge', 1_000]]);
  });
});

describe(takeBack.name, () => {
  it.each([
    ['the balance covers all of it', funds(30_000), 2_550, 10_000, 0],
    ['what it had paid of the debt is missing', funds(17_450), 2_550, 0, 2_550],
    ['all of it paid a debt', funds(-300, 50, 300), 20_000, -300, 20_050],
  ])('when %s', (_name, before, paid, balance, debt) => {
    expect(takeBack(before, movement(-20_000), paid)).toMatchObject({ balance, debt });
  });

  it('is refused when the rest was spent, since credit never pays it', () => {
    expect(takeBack(funds(17_449), movement(-20_000), 2_550)).toBeNull();
    expect(takeBack(funds(19_999, 0, 5_000), movement(-20_000), 0)).toBeNull();
  });
});

describe('any movements of a card', () => {
  it(`change what it has less what it owes by their amounts, within its limits (seed ${SEED})`, () => {
    const step = fc.record({
      kind: fc.constantFrom('ride', 'recharge'),
      amount: fc.integer({ min: 1, max: 9_000 }),
    });
    const start = fc.record({ limit: fc.nat({ max: 6_000 }), steps: fc.array(step, { maxLength: 30 }) });
    fc.assert(
      fc.property(start, ({ limit, steps }) => {
        let now = funds(0, 0, limit);
        for (const { kind, amount } of steps) {
          const change = kind === 'ride' ? -amount : amount;
          const settled = kind === 'ride' ? charge(now, ride(amount)) : payIn(now, movement(amount));
          const { balance, debt } = settled;
          expect(balance - debt).toBe(now.balance - now.debt + change);
          expect(settled.movements.reduce((sum, posted) => sum + posted.change, now.balance)).toBe(balance);
          expect(debt).toBeGreaterThanOrEqual(0);
          expect(balance).toBeGreaterThanOrEqual(-limit);
          // Whoever owes something beside the balance has nothing on it.
          expect(debt === 0 || balance === -limit).toBe(true);
          now = { ...now, balance, debt };
        }
      }),
      { seed: SEED },
    );
  });
});
