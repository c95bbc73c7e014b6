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

  it('takes missing values at the end for empty ones, and reports what has too many', async () => {
    expect(await read('a,b,c\n1,2\n1,2,3,4\n5,6,7\n')).toEqual([
      { line: 1, values: ['a', 'b', 'c'] },
      { line: 2, values: ['1', '2'] },
      { line: 3, values: [], fault: 'it has more values than there are columns' },
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

  it('ends at a row that does not', async () => {
    const rows = await read(`a,b\n1,2\n3,"${'4\n'.repeat(1_000_000)}`);
    expect(rows.map(({ line, fault }) => [line, fault?.slice(0, 17)])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'it is longer than'],
    ]);
  });

  it('reads chunks of any size the same way', async () => {
    const text = '\ufeffa,b\r\n1,"Ñ\r\n""2"""\r\n3,4\r\n';
    const bytes = Buffer.from(text);
    for (let size = 1; size < 12; size++) {
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      expect(await all(Readable.from(chunks, { objectMode: false }))).toEqual(await read(text));
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

async function all(file: Readable): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readRows(file)) rows.push(row);
  return rows.sort((a, b) => a.line - b.line);
}
