/**
 * An integer as PostgreSQL writes it (bigint, or a sum in numeric): a number while that is exact, a bigint beyond
 * 2^53. The one place where money is parsed.
 */
export type ExactInteger = number | bigint;

/** @throws RangeError for anything but an integer. */
export function parseExactInteger(text: string): ExactInteger {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not an integer: ${text}`);
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** The sum of whole numbers, exact also beyond 2^53. */
export function sumExactly(numbers: readonly ExactInteger[]): ExactInteger {
  return parseExactInteger(String(numbers.reduce<bigint>((sum, number) => sum + BigInt(number), 0n)));
}
