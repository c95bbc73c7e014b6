import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProvenFile } from './proven-file';

const DIGEST = 'a'.repeat(64);
const PROVEN = { seal: 3, through_id: 12, digest: DIGEST };

describe(ProvenFile.name, () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proven-'));
    path = join(folder, 'proven.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps how far each chain was proven, and leaves nothing else behind', async () => {
    await new ProvenFile(path, 'postings').write({ ...PROVEN, seal: 7 });
    await new ProvenFile(path, 'audit_entries').write(PROVEN);

    expect(new ProvenFile(path, 'postings').read()).toEqual({ ...PROVEN, seal: 7 });
    expect(new ProvenFile(path, 'audit_entries').read()).toEqual(PROVEN);
    expect(readdirSync(folder)).toEqual(['proven.json']);
  });

  it.each([
    ['no last id', { seal: 3, digest: DIGEST }],
    ['a last id that is no number', { ...PROVEN, through_id: '12' }],
    ['a part of a seal', { ...PROVEN, seal: 1.5 }],
    ['a seal beyond all numbers', { ...PROVEN, seal: 1e300 }],
    ['another figure that is no number', { ...PROVEN, card_balances: null }],
    ['another digest', { ...PROVEN, digest: 'a' }],
  ])('refuses %s', (_name, proven) => {
    writeFileSync(path, JSON.stringify({ audit_entries: proven }));

    expect(() => new ProvenFile(path, 'audit_entries').read()).toThrow('does not say what was proven');
  });

  it('says in one line that it cannot be read, and takes nothing for no proof but a file that is not there', () => {
    expect(new ProvenFile(path, 'postings').read()).toBeNull();
    expect(() => new ProvenFile(folder, 'postings').read()).toThrow(
      `PROVEN_FILE cannot be read: ${folder} is not a regular file`,
    );
    writeFileSync(path, ' '.repeat(70_000));
    expect(() => new ProvenFile(path, 'postings').read()).toThrow('has more than 65536 bytes');
  });

  it('says in one line that it cannot be written', async () => {
    await expect(new ProvenFile(join(folder, 'none', 'x'), 'postings').write(PROVEN)).rejects.toThrow(
      'PROVEN_FILE cannot be written: ENOENT',
    );
  });
});
