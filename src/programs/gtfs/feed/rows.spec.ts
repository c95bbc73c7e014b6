import { Readable } from 'node:stream';
import { readRows, type Row } from './rows';

describe(readRows.name, () => {
  it('reads a byte order mark, CRLF, quotes and spaces around values', async () => {
    expect(await read('\ufeffstop_id, stop_name\r\n A ,"Calle 26, ""norte"""\r\nB,Ñ\r\n')).toEqual([
      { line: 1, values: ['stop_id', 'stop_name'] },
      { line: 2, values: ['A', 'Calle 26, "norte"'] },
      { line: 3, values: ['B', 'Ñ'] },
    ]);
  });

  it('says on which line a row begins, after line breaks inside quotes and empty lines', async () => {
    const text = 'a,b\r\n1,"x\r\ny\r\nz"\r\n\r\n2,3\r\n,\r\n4,"5\n6"\n7,8';
    expect((await read(text)).map(({ line, values }) => [line, values[0]])).toEqual([
      [1, 'a'],
      [2, '1'],
      [6, '2'],
      [8, '4'],
      [10, '7'],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('takes %j for the end of a line', async (end) => {
    expect((await read(`a,b${end}1,2${end}3,4${end}`)).map(({ values }) => values)).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('takes missing values at the end for empty ones, lets empty ones be too many, and reports what has more', async () => {
    expect(await read('a,b,c\n1,2\n1,2,3,4\n5,6,7, ,\n')).toEqual([
      { line: 1, values: ['a', 'b', 'c'] },
      { line: 2, values: ['1', '2'] },
      { line: 3, values: ['1', '2', '3'], fault: 'it has more values than there are columns' },
      { line: 4, values: ['5', '6', '7'] },
    ]);
  });

  it('loses no other row to a wrong quote', async () => {
    const rows = await read('a,b\n1,x"y\n2,"x"y\n3,"x" \n4,z\n');
    expect(rows.map(({ values }) => values[0])).toEqual(['a', '1', '2', '3', '4']);
  });

  it('reports a quote that is not closed', async () => {
    expect(await read('a,b\n1,2\n3,"4\n5,6\n')).toEqual([
      { line: 1, values: ['a', 'b'] },
      { line: 2, values: ['1', '2'] },
      { line: 3, values: [], fault: 'a quote is not closed: what follows it is not read' },
    ]);
  });

  it.each([
    ['an open quote', `"${'4\n'.repeat(1_000_000)}`],
    ['a value', 'x'.repeat(2_000_000)],
    ['values', ','.repeat(2_000_000)],
    ['values, though a row follows them', `${','.repeat(2_000_000)}\n5,6`],
  ])('leaves a file at a row of %s without end, and keeps the rows before it', async (_, endless) => {
    const rows = await all(inChunks(Buffer.from(`a,b\n1,2\n3,${endless}`), 65_536));
    expect(rows.map(({ line, fault }) => [line, fault?.slice(0, 17)])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'it is longer than'],
    ]);
  });

  it('reads no further than it must, where there is no end', async () => {
    let chunks = 0;
    const file = new Readable({
      read: () => {
        chunks += 1;
        file.push(chunks === 1 ? 'a,b\n1,2\n' : Buffer.alloc(65_536, ','));
      },
    });
    expect((await all(file)).map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(chunks).toBeLessThan(30);
    expect(file.destroyed).toBe(true);
  });

  it('reads UTF-16 either way, with a byte order mark and without', async () => {
    const text = 'stop_id,stop_name\r\nA,Ñandú 🚏\r\n';
    const rows = await read(text);
    expect(rows[1]?.values).toEqual(['A', 'Ñandú 🚏']);
    for (const marked of [text, `\ufeff${text}`]) {
      const little = Buffer.from(marked, 'utf16le');
      const big = Buffer.from(little).swap16();
      for (const bytes of [little, big]) {
        for (const size of [1, 3, 1_000]) expect(await all(inChunks(bytes, size))).toEqual(rows);
      }
    }
  });

  it('names UTF-32, which nobody wants', async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]);
    await expect(all(inChunks(bytes, 8))).rejects.toThrow('it is in UTF-32: save it as UTF-8');
  });

  it('reports a row with bytes that are not UTF-8, or half a pair of UTF-16, in whatever column', async () => {
    const latin1 = Buffer.from('a,b\n1,x\n2,\xe1\n3,y\n', 'latin1');
    const half = Buffer.from('\ufeffa,b\n1,x\n2,\ud83d\n3,y\n', 'utf16le');
    for (const bytes of [latin1, half]) {
      const rows = await all(inChunks(bytes, 1_000));
      expect(rows.map(({ line, fault }) => [line, fault?.slice(0, 22)])).toEqual([
        [1, undefined],
        [2, undefined],
        [3, 'it is not text in UTF-'],
        [4, undefined],
      ]);
    }
  });

  it('takes no spaces before quotes for a part of the value, and ends lines at CR CR LF', async () => {
    const rows = await read('a, "b"\r\r\n1, "x ""y""" \r\r\n2,"""z"""\r\r\n');
    expect(rows.map(({ values }) => values)).toEqual([
      ['a', 'b'],
      ['1', 'x "y"'],
      ['2', '"z"'],
    ]);
  });

  it('reads chunks of any size the same way', async () => {
    const text = '\ufeffa,b\r\n1,"Ñ\r\n""2"""\r\n3,4\r\n';
    const bytes = Buffer.from(text);
    for (let size = 1; size < 12; size++) {
      expect(await all(inChunks(bytes, size))).toEqual(await read(text));
    }
  });

  it('fails as the file does', async () => {
    const file = new Readable({ read: () => file.destroy(new Error('the disk is gone')) });
    await expect(all(file)).rejects.toThrow('the disk is gone');
  });
});

function read(text: string): Promise<Row[]> {
  return all(Readable.from([Buffer.from(text)], { objectMode: false }));
}

function inChunks(bytes: Buffer, size: number): Readable {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return Readable.from(chunks, { objectMode: false });
}

async function all(file: Readable): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(file)) rows.push(row);
  return rows.sort((a, b) => a.line - b.line);
}
