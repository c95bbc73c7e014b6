/** What a text that a person typed may mean. */
export interface Sought {
  readonly text: string;
  /** The text as an id; null if it is none. */
  readonly id: number | null;
  /** The text without blanks and hyphens, as the number of a card may be written. */
  readonly number: string;
  /**
   * The first text after all that begin with `number`, and with the text without accents and case. Null if it is too short to
   * begin something.
   */
  readonly afterNumber: string | null;
  readonly afterText: string | null;
  /** Whether it has enough letters to be looked for in names. */
  readonly isName: boolean;
}

/** Fewer characters begin too much. */
const LEAST_OF_NUMBER = 4;
const LEAST_OF_NAME = 2;

export function soughtBy(text: string): Sought {
  const number = text.replace(/[\s-]/g, '');
  const hasDigit = /\d/.test(text);
  return {
    text,
    id: /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null,
    number,
    afterNumber: hasDigit && number.length >= LEAST_OF_NUMBER ? endOfPrefix(number) : null,
    afterText: hasDigit && text.length >= LEAST_OF_NUMBER ? endOfPrefix(plain(text)) : null,
    isName: text.split(/[^\p{L}\p{N}\p{M}]+/u).some((word) => word.length >= LEAST_OF_NAME),
  };
}

/** As `search_text` writes it in the database. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}

/** The first text, by code points, after all texts that begin with this one. Null if there is none that can be stored. */
export function endOfPrefix(prefix: string): string | null {
  const points = [...prefix];
  const last = points.pop()?.codePointAt(0);
  if (last === undefined || last >= 0x10ffff) return null;
  // Halves of surrogate pairs are no characters.
  const next = last + 1 === 0xd800 ? 0xe000 : last + 1;
  return points.join('') + String.fromCodePoint(next);
}
