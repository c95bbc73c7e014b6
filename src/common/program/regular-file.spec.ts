import { execFileSync } from 'node:child_process';
import { chmodSync, constants, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegularFile, readOwnFile, readSmallFile } from './regular-file';

let folder: string;
let path: string;
let fifo: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regular-'));
  path = join(folder, 'file');
  writeFileSync(path, 'año', { mode: 0o600 });
  fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe(readSmallFile.name, () => {
  it('reads a file and what a link leads to, up to its size', () => {
    symlinkSync(path, join(folder, 'link'));

    expect(readSmallFile(join(folder, 'link'), 4)).toBe('año');
    expect(() => readSmallFile(path, 3)).toThrow('file has more than 3 bytes');
  });

  it.each([
    ['a FIFO that nobody writes to', () => fifo],
    ['a folder', () => folder],
    ['a device without an end', () => '/dev/zero'],
  ])('refuses %s at once', (_name, named) => {
    expect(() => readSmallFile(named(), 10)).toThrow('is not a regular file');
  });
});

describe(readOwnFile.name, () => {
  it('reads what only this user can read and change', () => {
    expect(readOwnFile(path, 10)).toBe('año');
    chmodSync(path, 0o620);
    expect(() => readOwnFile(path, 10)).toThrow('its mode must be 600');
  });

  it('follows no link, whoever made it', () => {
    symlinkSync(path, join(folder, 'link'));
    linkSync(path, join(folder, 'name'));

    expect(() => readOwnFile(join(folder, 'link'), 10)).toThrow('ELOOP');
    expect(readOwnFile(join(folder, 'name'), 10)).toBe('año');
  });
});

describe(openRegularFile.name, () => {
  it('opens a FIFO neither to read nor to write', async () => {
    for (const flags of [constants.O_RDONLY, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT])
      await expect(openRegularFile(fifo, flags)).rejects.toThrow('is not a regular file');
    const file = await openRegularFile(path, constants.O_RDONLY);
    await file.close();
  });
});
