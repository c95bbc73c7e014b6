import { sizeOf } from './seed-options';

describe(sizeOf, () => {
  it.each([
    [{}, { cards: 3_000, trips: 21_000, days: 7 }],
    [{ trips: 70_000 }, { cards: 10_000, trips: 70_000, days: 7 }],
    [{ cards: 500 }, { cards: 500, trips: 3_500, days: 7 }],
    [
      { cards: 2_400_000, trips: 30_000_000 },
      { cards: 2_400_000, trips: 30_000_000, days: 7 },
    ],
  ])('completes %j', (given, size) => {
    expect(sizeOf(given)).toEqual(size);
  });

  it.each([
    [{ cards: 0 }, 'cards must be a whole number from 100 to 10000000'],
    [{ trips: 1.5 }, 'trips must be a whole number from 500 to 200000000'],
    [{ days: 400 }, 'days must be a whole number from 1 to 366'],
    [{ cards: 100, trips: 5_000, days: 1 }, '5000 trips are too many for 100 cards in 1 days: at most 400'],
  ])('refuses %j', (given, message) => {
    expect(() => sizeOf(given)).toThrow(message);
  });
});
