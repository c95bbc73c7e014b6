import { FORBIDDEN, INVISIBLE } from './characters';

const hidden = new RegExp(`[${FORBIDDEN}${INVISIBLE}]`, 'gu');

/** Prepares a foreign text for a terminal or a report. Invisible and control characters are written as `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
