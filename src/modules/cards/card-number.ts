import { randomInt } from 'node:crypto';

const ISSUER = '1010';

/** Returns a random number for a new card: issuer, 11 random digits and a check digit; 16 digits together. */
export function drawCardNumber(): string {
  const digits = ISSUER + String(randomInt(0, 10 ** 11)).padStart(11, '0');
  return digits + String(checkDigit(digits));
}

/** The check digit of a card number by the Luhn algorithm (ISO/IEC 7812-1, annex B). */
export function checkDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
