import { FORBIDDEN, INVISIBLE } from './characters';

const hidden = new RegExp(`[${FORBIDDEN}${INVISIBLE}]`, 'gu');

/** Text of somebody else for a terminal or a report: what shows nothing, or does something, is written as `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
