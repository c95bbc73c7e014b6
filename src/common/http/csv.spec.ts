import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { toCsv } from './csv';

describe(toCsv.name, () => {
  it('writes a header, quotes what needs it, and leaves numbers below zero alone', () => {
    const rows = [
      { start: '2026-11-28', name: 'Usaquén, "norte"\nsegunda', net: -500 },
      { start: new Date('2026-11-28T13:00:00Z'), name: null, net: 2n ** 60n },
    ];

    expect(toCsv(['start', 'name', 'net'], rows)).toBe(
      'start,name,net\r\n2026-11-28,"Usaquén, ""norte""\nsegunda",-500\r\n' +
        '2026-11-28T13:00:00.000Z,,1152921504606846976\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '\t=1', '＝1', '\r=1'])(
    'lets no spreadsheet run %j',
    (name) => {
      const [row] = parse(toCsv(['name'], [{ name }]), { columns: true });

      expect(row).toEqual({ name: `'${name}` });
    },
  );

  it('is read as it was written', () => {
    const text = fc
      .string({ unit: 'grapheme' })
      .filter((each) => !/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(each));
    fc.assert(
      fc.property(fc.array(fc.record({ a: text, b: text }), { minLength: 1 }), (rows) => {
        expect(parse(toCsv(['a', 'b'], rows), { columns: true, relax_column_count: false })).toEqual(rows);
      }),
      { seed: 1 },
    );
  });
});
