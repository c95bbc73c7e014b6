/** Finds texts, which are skipped, and numbers. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
/** Only a number with so many digits can lose some of them. */
const LONG = /[\d.]{18}/;

/**
 * Returns what parsing has lost: the first of two members with the same name, or digits of a number that is too long. It is
 * null if nothing was lost.
 *
 * @param parts how many members and items the text has, as `countParts` counts them.
 */
export function lossOf(json: string, parts: number, value: unknown): string | null {
  if (parts > partsIn(value)) return 'must have each member once';
  return hasRounded(json) ? 'must have no number with more digits than are kept' : null;
}

/** Counts as `countParts` does: an empty list or object counts as one. The value may be very deep, so this does not recurse. */
function partsIn(value: unknown): number {
  const rest = [value];
  let parts = 0;
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (typeof part !== 'object' || part === null) continue;
    const inner: unknown[] = Object.values(part);
    parts += Math.max(1, inner.length);
    for (const each of inner) rest.push(each);
  }
  return parts;
}

function hasRounded(json: string): boolean {
  if (!LONG.test(json)) return false;
  return [...json.matchAll(TOKENS)].some(([token]) => !token.startsWith('"') && isRounded(token));
}

/** Whether parsing makes a fraction a whole number: 1000.00000000000000001 would become an amount of money. */
function isRounded(number: string): boolean {
  if (!Number.isInteger(Number(number))) return false;
  const [mantissa = '', exponent = '0'] = number.toLowerCase().replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let zeros = 0;
  while (zeros < digits.length && digits.at(-1 - zeros) === '0') zeros += 1;
  return zeros < digits.length && Number(exponent) + zeros < fraction.length;
}
