import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from './make-folder';

describe('makeFolder', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'make-folder-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('creates what is missing, and says where that begins', async () => {
    expect(await makeFolder(join(folder, 'a', 'b'))).toBe(join(folder, 'a'));
    expect(await makeFolder(join(folder, 'a', 'b'))).toBeUndefined();
  });

  it('refuses a file, and what is under one', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(makeFolder(join(folder, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeFolder(join(folder, 'file', 'a', 'b'))).rejects.toThrow('ENOTDIR');
  });

  // Node's own never comes back from there.
  (process.platform === 'linux' ? it : it.skip)('refuses where nobody can create anything', async () => {
    await expect(makeFolder('/proc/travel/recharge')).rejects.toThrow('ENOENT');
  });
});
