import { randomInt } from 'node:crypto';

const ISSUER = '1010';

/** A number of 16 digits for a new card: issuer, 11 random digits, check digit (Luhn, ISO/IEC 7812-1). */
export function drawCardNumber(): string {
  const digits = ISSUER + String(randomInt(0, 10 ** 11)).padStart(11, '0');
  return digits + String(checkDigit(digits));
}

export function checkDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
