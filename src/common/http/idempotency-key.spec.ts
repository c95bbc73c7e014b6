import fc from 'fast-check';
import { parseIdempotencyKey } from './idempotency-key';
import { MalformedHeaderError } from './problem/request-errors';

const visible = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});
const quote = (key: string): string => `"${key.replace(/["\\]/g, '\\$&')}"`;

describe(parseIdempotencyKey.name, () => {
  it.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    [`a"b'c\\d`, `a"b'c\\d`],
    ['abc"', 'abc"'],
    ['"a\\"b"', 'a"b'],
    ['"a\\\\b"', 'a\\b'],
    ['"\\""', '"'],
    ['k'.repeat(255), 'k'.repeat(255)],
    [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('reads %s as %s', (header, key) => {
    expect(parseIdempotencyKey(header)).toBe(key);
  });

  it.each([
    '',
    '"',
    '""',
    '"""',
    '""""',
    '"a',
    '"a"b',
    '"a"b"',
    '"a\\b"',
    '"a\\"',
    '"a" ',
    '"a";b',
    'a b',
    '"a b"',
    'a, b',
    'a\u007f',
    'clé',
    '\u{1f600}',
    'k'.repeat(256),
    `"${'k'.repeat(256)}"`,
  ])('refuses %s', (header) => {
    expect(() => parseIdempotencyKey(header)).toThrow(MalformedHeaderError);
  });

  it('takes every visible text in quotes, and two texts never for one', () => {
    fc.assert(
      fc.property(visible, visible, (one, other) => {
        expect(parseIdempotencyKey(quote(one))).toBe(one);
        if (!one.startsWith('"')) expect(parseIdempotencyKey(one)).toBe(one);
        if (one !== other)
          expect(parseIdempotencyKey(quote(one))).not.toBe(parseIdempotencyKey(quote(other)));
      }),
    );
  });
});
