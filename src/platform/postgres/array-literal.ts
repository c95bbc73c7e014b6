import pg from 'pg';

/** It turns a parameter into what is sent; the types of node-postgres do not list it. */
const { utils } = pg as unknown as { readonly utils: { prepareValue(value: unknown): string } };

const SPECIAL = /["\\]/;

/**
 * The text of an array for PostgreSQL. node-postgres takes each element by a way for any value, and a time by its local calendar, which
 * takes five times as long: a batch of taps has tens of thousands of elements.
 */
export function arrayLiteral(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) {
    const element = elementOf(value);
    if (element === undefined) return utils.prepareValue(values);
    text += text === '' ? element : `,${element}`;
  }
  return `{${text}}`;
}

/** Undefined for what arrays seldom have. */
function elementOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string')
    return SPECIAL.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : `"${value}"`;
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return value instanceof Date ? `"${value.toISOString()}"` : undefined;
}
