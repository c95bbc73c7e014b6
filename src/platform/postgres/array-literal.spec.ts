import pg from 'pg';
import { arrayLiteral } from './array-literal';

const { utils } = pg as unknown as { readonly utils: { prepareValue(value: unknown): string } };

/** The elements, as PostgreSQL reads such a text: without the quotes where none are needed. */
const unquoted = (text: string): string => text.replace(/"([\w.:+-]+)"/g, '$1');

describe(arrayLiteral.name, () => {
  it.each<[string, readonly unknown[]]>([
    ['numbers', [1, -2, 0.5, Number.MAX_SAFE_INTEGER]],
    ['truth values', [true, false]],
    ['what is missing', [null, undefined, 1]],
    ['text', ['entry', '', 'a, b', '{}', 'NULL', 'say "hi"', 'C:\\', '\\"', 'línea\n']],
    ['nothing', []],
    ['lists', [[1, 2], [3]]],
    ['bytes', [Buffer.from('abc')]],
    ['whole numbers of any size', [2n ** 60n]],
  ])('writes %s as node-postgres does', (_, values) => {
    expect(unquoted(arrayLiteral(values))).toBe(unquoted(utils.prepareValue(values)));
  });

  it('writes moments in UTC', () => {
    expect(arrayLiteral([new Date('2026-01-14T12:00:00.125Z')])).toBe('{"2026-01-14T12:00:00.125Z"}');
  });

  it('refuses what is no moment', () => {
    expect(() => arrayLiteral([new Date(NaN)])).toThrow(RangeError);
  });
});
