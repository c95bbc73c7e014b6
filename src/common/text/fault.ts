import { FORBIDDEN, VISIBLE } from './characters';
import { tidy } from './tidy';

const forbidden = new RegExp(`[${FORBIDDEN}]`, 'u');
const visible = new RegExp(`[${VISIBLE}]`, 'u');

/**
 * Returns what is wrong with a tidied text of one line, for a sentence that begins with the name of the text: "must not contain
 * the character U+202E". It returns null if nothing is wrong.
 *
 * @param most how many characters it may have (Unicode code points, as PostgreSQL counts them).
 */
export function faultIn(text: string, most: number): string | null {
  const [harmful] = forbidden.exec(text) ?? [];
  if (harmful !== undefined) return `must not contain the character ${nameOf(harmful)}`;
  if (!visible.test(text)) return 'must show something';
  // A string has at least half as many code points as code units, so a very long one need not be counted.
  if (text.length > 2 * most || [...text].length > most) return `must have at most ${most} characters`;
  return null;
}

/** The same for text of several lines, with `\n` between them. */
export function faultInLines(text: string, most: number): string | null {
  return faultIn(text.replaceAll('\n', ' '), most);
}

/**
 * The same for an identifier. Two different identifiers must stay different, so a text that `tidy` would change is refused and
 * not changed.
 */
export function faultInExact(text: string, most: number): string | null {
  const fault = faultIn(text, most);
  if (fault !== null || tidy(text) === text) return fault;
  return 'must have no blanks around it or in a row, no invisible characters, and the form NFC of Unicode';
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
