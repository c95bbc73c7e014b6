import { BLANK, FORBIDDEN, INVISIBLE, JOINED, JOINER, SELECTOR, VARIED, VISIBLE } from './characters';

/**
 * The same rules as SQL, for rows that do not pass through this process. PostgreSQL does not know Unicode's properties. So the
 * SQL lists all characters of each kind, as this version of Node.js knows them. The encoding of the database must be UTF8.
 */

const LAST = 0x10ffff;

/** Returns SQL for the column as `tidy` returns it. Most texts are tidy already, and a check is faster. */
export function tidySql(column: string): string {
  return `CASE WHEN ${column} ~ '^ | $|  |${SUSPECT_SQL}' OR ${column} IS NOT NFC NORMALIZED
    THEN normalize(btrim(${oneSpace(withoutUseless(column))}, ' '), NFC) ELSE ${column} END`;
}

/** Returns SQL for the column as `tidyLines` returns it. */
export function tidyLinesSql(column: string): string {
  const lines = withoutUseless(`regexp_replace(${column}, '\\r\\n?', E'\\n', 'g')`);
  return `normalize(btrim(regexp_replace(${oneSpace(lines, '\\t')}, ' ?\\n ?', E'\\n', 'g'), E' \\n'), NFC)`;
}

/** Returns SQL for what `faultIn` says about the column. It is null if nothing is wrong. */
export function faultSql(column: string, most: number): string {
  return `CASE
    WHEN ${column} ~ '${FORBIDDEN_SQL}' THEN 'must not contain the character U+'
      || regexp_replace('000' || upper(to_hex(ascii(substring(${column} FROM '${FORBIDDEN_SQL}')))), '^0+(?=.{4})', '')
    WHEN ${column} !~ '${VISIBLE_SQL}' THEN 'must show something'
    WHEN length(${column}) > ${most} THEN 'must have at most ${most} characters' END`;
}

/** Returns SQL for what `faultInLines` says about the column. */
export function faultInLinesSql(column: string, most: number): string {
  return faultSql(`replace(${column}, E'\\n', ' ')`, most);
}

const FORBIDDEN_SQL = bracket(`[${FORBIDDEN}]`);
const VISIBLE_SQL = bracket(`[${VISIBLE}]`);
const SUSPECT_SQL = bracket(`(?! )[${BLANK}${INVISIBLE}]`);
const BLANK_SQL = bracket(`[${BLANK}]`);
const USELESS_SQL = useless();

function withoutUseless(column: string): string {
  return `regexp_replace(${column}, '${USELESS_SQL}', '', 'g')`;
}

function oneSpace(text: string, further = ''): string {
  return `regexp_replace(${text}, '${BLANK_SQL.replace(/\]$/, `${further}]`)}+', ' ', 'g')`;
}

function useless(): string {
  const selector = bracket(`[${SELECTOR}]`);
  const joiner = bracket(`[${JOINER}]`);
  const varied = bracket(`(?![${INVISIBLE}])[${VARIED}]`);
  const joined = bracket(`(?![${INVISIBLE}])[${JOINED}]`);
  const others = bracket(`(?![${SELECTOR}${JOINER}${FORBIDDEN}])[${INVISIBLE}]`);
  return `(?<!${varied})${selector}|(?<!${joined}${selector}?)${joiner}|${joiner}(?!${joined})|${others}`;
}

/** Returns a bracket expression of PostgreSQL with all characters that match a pattern. */
function bracket(pattern: string): string {
  const one = new RegExp(`^${pattern}$`, 'u');
  const isIn = (code: number): boolean =>
    // PostgreSQL can store neither NUL nor halves of surrogate pairs.
    code !== 0 && (code < 0xd800 || code > 0xdfff) && code <= LAST && one.test(String.fromCodePoint(code));
  let ranges = '';
  for (let first = 1; first <= LAST; first++) {
    if (!isIn(first)) continue;
    let last = first;
    while (isIn(last + 1)) last++;
    ranges += last === first ? escape(first) : `${escape(first)}-${escape(last)}`;
    first = last;
  }
  return `[${ranges}]`;
}

function escape(code: number): string {
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
