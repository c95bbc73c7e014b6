import { BLANK, FORBIDDEN, INVISIBLE, JOINED, JOINER, SELECTOR, VARIED } from './characters';

/** A joiner or selector that changes nothing, or another character that shows nothing; not one that is refused. */
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
 * Text as it is kept and compared, so that what looks the same is the same: in Unicode's composed form (NFC), without
 * invisible characters that do nothing, with one space for each run of blanks and none around. It is linear in the
 * length, and what `faultIn` refuses stays in.
 */
export function tidy(text: string): string {
  // Most codes and numbers are, and are looked at once for each cached read.
  if (plain.test(text)) return text;
  return text.replace(useless, '').replace(blanks, ' ').replace(/^ | $/g, '').normalize('NFC');
}

/** The same for text of several lines: each line is tidy, the first and the last are not empty, `\n` is between them. */
export function tidyLines(text: string): string {
  const lines = text.split(lineBreaks).map((line) => tidy(line.replaceAll('\t', ' ')));
  const first = lines.findIndex((line) => line !== '');
  return lines.slice(first, lines.findLastIndex((line) => line !== '') + 1).join('\n');
}
