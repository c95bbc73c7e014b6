import { formatAmount } from './amount';

describe(formatAmount.name, () => {
  it.each([
    [3_550, 'COP', '3550.00'],
    [0, 'COP', '0.00'],
    [150, 'JPY', '150'],
    [2, 'KWD', '2.000'],
    [1_000_000_000, 'EUR', '1000000000.00'],
  ])('writes %d %s as %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency)).toBe(text);
  });
});
