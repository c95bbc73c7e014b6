/**
 * An integer from PostgreSQL (bigint, or a sum in numeric). It is a number up to 2^53, and a bigint beyond that, because a
 * number is no longer exact there. This is the one place where money is parsed.
 */
export type ExactInteger = number | bigint;

/** @throws RangeError for anything but an integer. */
export function parseExactInteger(text: string): ExactInteger {
  if (!/^-?\d+$/.test(text)) throw new RangeError(`not an integer: ${text}`);
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}

/** Returns the sum of whole numbers. It is exact also beyond 2^53. */
export function sumExactly(numbers: readonly ExactInteger[]): ExactInteger {
  return parseExactInteger(String(numbers.reduce<bigint>((sum, number) => sum + BigInt(number), 0n)));
}
