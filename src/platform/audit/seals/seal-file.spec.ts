import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Head, SealFile } from './seal-file';
import type { SealSource } from './sealed-source';

const headOf = (source: SealSource, seal: number): Head => ({
  source,
  seal,
  through_id: seal,
  sealed_at: '2026-01-14T12:00:00.000000Z',
  digest: 'a'.repeat(64),
});
const linesOf = (source: SealSource, count: number): string =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify(headOf(source, index + 1))}\n`).join('');

describe(SealFile.name, () => {
  let folder: string;
  let path: string;
  let file: SealFile;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'seals-'));
    path = join(folder, 'seals.ndjson');
    file = new SealFile(path);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('finds the last head of a chain wherever it is, over the borders of what is read at once', async () => {
    expect(await file.lastOf('postings')).toBeNull();
    for (let more = 0; more < 200; more += 37) {
      writeFileSync(path, linesOf('postings', 3) + ' '.repeat(more) + '\n' + linesOf('audit_entries', 1_000));
      expect((await new SealFile(path).lastOf('postings'))?.seal).toBe(3);
      expect((await new SealFile(path).lastOf('audit_entries'))?.seal).toBe(1_000);
    }
  });

  it('reads what is new only, and all of a file that is another one', async () => {
    writeFileSync(path, linesOf('postings', 2) + linesOf('audit_entries', 2_000));
    expect((await file.lastOf('postings'))?.seal).toBe(2);

    // What was read before is not read again: it would not be found now.
    const old = linesOf('postings', 2);
    writeFileSync(path, ' '.repeat(old.length), { flag: 'r+' });
    expect((await file.lastOf('postings'))?.seal).toBe(2);
    await file.append([headOf('postings', 3)]);
    expect((await file.lastOf('postings'))?.seal).toBe(3);
    appendFileSync(path, '{"source":"post');
    await file.append([headOf('postings', 4)]);
    expect((await file.lastOf('postings'))?.seal).toBe(4);

    renameSync(path, `${path}.old`);
    expect(await file.lastOf('postings')).toBeNull();
    await file.append([headOf('postings', 9)]);
    expect((await file.lastOf('postings'))?.seal).toBe(9);
    writeFileSync(path, linesOf('postings', 1));
    expect((await file.lastOf('postings'))?.seal).toBe(1);
  });

  it('passes over what is no head, also over a line without an end', async () => {
    const junk = 'x'.repeat(300_000);
    writeFileSync(path, `${linesOf('postings', 2)}${junk}\n${linesOf('audit_entries', 1)}${junk}`);
    const heads: unknown[] = [];
    for await (const { source, seal } of file.heads()) heads.push([source, seal]);

    expect(heads).toEqual([
      ['postings', 1],
      ['postings', 2],
      ['audit_entries', 1],
    ]);
    expect((await file.lastOf('postings'))?.seal).toBe(2);
  });

  it('is a regular file, or nothing is read or written', async () => {
    const other = new SealFile(folder);
    await expect(other.lastOf('postings')).rejects.toThrow('is not a regular file');
    await expect(other.heads().next()).rejects.toThrow('is not a regular file');
    await expect(new SealFile('/dev/null').append([headOf('postings', 1)])).rejects.toThrow(
      'is not a regular file',
    );
  });
});
