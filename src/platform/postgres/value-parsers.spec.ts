import { types } from 'pg';
import { valueParsers } from './value-parsers';

const { BOOL, BYTEA, DATE, INT8, TIMESTAMP, TIMESTAMPTZ } = types.builtins;

type TypeId = Parameters<typeof types.getTypeParser>[0];

function parse(oid: TypeId, text: string): unknown {
  return (valueParsers.getTypeParser(oid) as (text: string) => unknown)(text);
}

describe('valueParsers', () => {
  it.each<[TypeId, string, unknown]>([
    [DATE, '2026-03-01', '2026-03-01'],
    [TIMESTAMPTZ, '2026-03-01 05:00:00+00', new Date('2026-03-01T05:00:00Z')],
    [TIMESTAMPTZ, '2026-03-01 00:00:00.123456-05', new Date('2026-03-01T05:00:00.123Z')],
    [TIMESTAMPTZ, '2026-03-01 10:30:00+05:30', new Date('2026-03-01T05:00:00Z')],
    [TIMESTAMPTZ, '0099-12-31 19:03:44-04:56:16', new Date('0100-01-01T00:00:00Z')],
    [TIMESTAMPTZ, '10000-01-01 11:59:59+00', new Date('+010000-01-01T11:59:59Z')],
    [INT8, '9007199254740993', 9007199254740993n],
    [BOOL, 'f', false],
    [BYTEA, '\\x00ff', Buffer.from([0, 255])],
  ])('reads type %i, %j, as our sessions write it', (oid, text, value) => {
    expect(parse(oid, text)).toEqual(value);
  });

  it.each<[TypeId, string]>([
    [DATE, '01/03/2026'],
    [DATE, '01-03-2026'],
    [DATE, '01.03.2026'],
    [DATE, 'infinity'],
    [DATE, '0044-03-15 BC'],
    [TIMESTAMPTZ, '01/03/2026 05:00:00 UTC'],
    [TIMESTAMPTZ, 'Sun 01 Mar 05:00:00 2026 UTC'],
    [TIMESTAMPTZ, '01.03.2026 06:00:00 CET'],
    [TIMESTAMPTZ, '2026-03-01 05:00:00'],
    [TIMESTAMPTZ, '-infinity'],
    [TIMESTAMPTZ, '0044-03-15 00:00:00+00 BC'],
    [TIMESTAMPTZ, '290000-01-01 00:00:00+00'],
    [TIMESTAMP, '2026-03-01 05:00:00'],
    [BOOL, 'true'],
    [BYTEA, '\\000\\377'],
  ])('refuses type %i, %j, instead of guessing', (oid, text) => {
    expect(() => parse(oid, text)).toThrow('the database returned');
  });
});
