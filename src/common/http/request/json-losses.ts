/** Texts, which are passed over, and numbers. */
const TOKENS = /"(?:[^"\\]+|\\.)*"|-?\d[\d.eE+-]*/g;
/** A number that is shorter keeps all of its digits. */
const LONG = /[\d.]{18}/;

/**
 * What JSON text says and its value does not: a member that came twice, of which parsing keeps the last, and digits that
 * a number can't keep. Null when nothing is lost.
 *
 * @param parts how many members and items the text has, as `countParts` counts them.
 */
export function lossOf(json: string, parts: number, value: unknown): string | null {
  if (parts > partsIn(value)) return 'must have each member once';
  return hasRounded(json) ? 'must have no number with more digits than are kept' : null;
}

/** Counts as `countParts` does: what is empty counts as one. It may be as deep as there are parts. */
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

/** Whether a number that is not whole becomes whole by parsing: 1000.00000000000000001 would be money. */
function isRounded(number: string): boolean {
  if (!Number.isInteger(Number(number))) return false;
  const [mantissa = '', exponent = '0'] = number.toLowerCase().replace(/^-/, '').split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const digits = whole + fraction;
  let zeros = 0;
  while (zeros < digits.length && digits.at(-1 - zeros) === '0') zeros += 1;
  return zeros < digits.length && Number(exponent) + zeros < fraction.length;
}
