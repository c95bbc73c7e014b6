import { checkDigit, drawCardNumber } from './card-number';

describe(checkDigit.name, () => {
  it.each([
    ['7992739871', 3],
    ['411111111111111', 1],
    ['0', 0],
  ])('of %s is %d, as in the examples of the algorithm', (digits, digit) => {
    expect(checkDigit(digits)).toBe(digit);
  });
});

describe(drawCardNumber.name, () => {
  it('has 16 digits, the last of which checks the others', () => {
    const number = drawCardNumber();

    expect(number).toMatch(/^1010\d{12}$/);
    expect(checkDigit(number.slice(0, -1))).toBe(Number(number.at(-1)));
  });
});
