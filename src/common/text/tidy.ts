import { BLANK, FORBIDDEN, INVISIBLE, JOINED, JOINER, SELECTOR, VARIED } from './characters';

/** A joiner or selector that changes nothing, or another character that shows nothing. Forbidden characters are not included. */
const USELESS = [
  `(?<!(?![${INVISIBLE}])[${VARIED}])[${SELECTOR}]`,
  `(?<!(?![${INVISIBLE}])[${JOINED}][${SELECTOR}]?)[${JOINER}]`,
  `[${JOINER}](?!(?![${INVISIBLE}])[${JOINED}])`,
  `(?![${SELECTOR}${JOINER}${FORBIDDEN}])[${INVISIBLE}]`,
].join('|');

const useless = new RegExp(USELESS, 'gu');
const blanks = new RegExp(`[${BLANK}]+`, 'gu');
const plain = /^[!-~]*$/;
const lineBreaks = /\r\n?|\n/;

/**
 * Returns a text as it is stored and compared, so that texts that look the same are the same. The result is in Unicode's
 * composed form (NFC), has no invisible characters that do nothing, one space for each run of blanks, and no blanks around it.
 * The time is linear in the length. Characters that `faultIn` refuses are not removed.
 */
export function tidy(text: string): string {
  // Most codes and numbers are tidy, and each cached read checks one.
  if (plain.test(text)) return text;
  return text.replace(useless, '').replace(blanks, ' ').replace(/^ | $/g, '').normalize('NFC');
}

/** The same for a text of several lines. Each line is tidy, the first and the last are not empty, and `\n` separates them. */
export function tidyLines(text: string): string {
  const lines = text.split(lineBreaks).map((line) => tidy(line.replaceAll('\t', ' ')));
  const first = lines.findIndex((line) => line !== '');
  return lines.slice(first, lines.findLastIndex((line) => line !== '') + 1).join('\n');
}
