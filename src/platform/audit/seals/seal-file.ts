import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openRegularFile } from '../../../common/program/regular-file';
import { errnoOf } from '../../postgres/embedded/errno';
import type { SealSource } from './sealed-source';

/** How many bytes are read at once. */
const BLOCK = 65_536;
/** A longer line is no head. It is not kept in memory until it ends, which it may never do. */
const LONGEST_LINE = 4_096;
const NO_LINE = '!';
/** More bytes than a head has. */
const END = 512;

/** The part of a seal that is kept outside the database. It is enough to see whether the seal was replaced. */
export interface Head {
  readonly source: SealSource;
  /** The number of the seal. */
  readonly seal: number;
  readonly through_id: number;
  readonly sealed_at: string;
  /** The digest in hexadecimal. */
  readonly digest: string;
}

/** How far a file was searched for the last head of a chain, and what was found. */
interface Searched {
  readonly size: number;
  /** The last bytes of it: if they are others now, the file is another one. */
  readonly end: string;
  readonly head: Head | null;
}

const NOTHING: Searched = { size: 0, end: '', head: null };

/**
 * A file with the heads of the chains, each as a line of JSON. Lines are only added. A line that is incomplete after a power cut
 * is ignored, and the next head begins on a new line.
 */
export class SealFile {
  private readonly searched = new Map<SealSource, Searched>();

  constructor(private readonly path: string) {}

  /**
   * Returns the heads in all complete lines. If there is no file, it returns none.
   *
   * @throws Error if it is no regular file, or cannot be read.
   */
  async *heads(): AsyncGenerator<Head> {
    const file = await this.open();
    if (!file) return;
    try {
      for await (const line of linesOf(file)) {
        const head = parseHead(line);
        if (head) yield head;
      }
    } finally {
      await file.close();
    }
  }

  /** Returns the last head of a chain, or null. What was searched before is not read again. */
  async lastOf(source: SealSource): Promise<Head | null> {
    const file = await this.open();
    if (!file) return null;
    try {
      const { size } = await file.stat();
      const before = this.searched.get(source) ?? NOTHING;
      const isSame = (await endOf(file, before.size)) === before.end;
      const known = isSame ? before : NOTHING;
      const head = (await lastHeadIn(file, known.size, size, source)) ?? known.head;
      this.searched.set(source, { size, end: await endOf(file, size), head });
      return head;
    } finally {
      await file.close();
    }
  }

  /** Adds heads. When this returns, they are on the disk. */
  async append(heads: readonly Head[]): Promise<void> {
    if (heads.length === 0) return;
    const { O_RDWR, O_APPEND, O_CREAT } = constants;
    const file = await openRegularFile(this.path, O_RDWR | O_APPEND | O_CREAT, 0o644);
    try {
      const { size } = await file.stat();
      const end = Buffer.alloc(1);
      if (size > 0) await file.read(end, 0, 1, size - 1);
      const isTorn = size > 0 && end.toString() !== '\n';
      await file.appendFile((isTorn ? '\n' : '') + heads.map((head) => `${JSON.stringify(head)}\n`).join(''));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  private async open(): Promise<FileHandle | null> {
    return openRegularFile(this.path, constants.O_RDONLY).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    });
  }
}

/** The last head and more, by which a file can be told from another one. */
function endOf(file: FileHandle, size: number): Promise<string> {
  return textOf(file, Math.max(0, size - END), size);
}

async function* linesOf(file: FileHandle): AsyncGenerator<string> {
  let rest = '';
  for (let at = 0; ; at += BLOCK) {
    const text = await textOf(file, at, at + BLOCK);
    const lines = (rest + text).split('\n');
    rest = bounded(lines.pop() ?? '');
    yield* lines;
    if (text.length < BLOCK) break;
  }
  yield rest;
}

/** Searches a part of a file from its end. */
async function lastHeadIn(
  file: FileHandle,
  from: number,
  to: number,
  source: SealSource,
): Promise<Head | null> {
  let rest = '';
  for (let end = to; end > from; end -= BLOCK) {
    const start = Math.max(from, end - BLOCK);
    const lines = ((await textOf(file, start, end)) + rest).split('\n');
    // A line that begins in the block before.
    rest = start > from ? bounded(lines.shift() ?? '') : '';
    for (const line of lines.reverse()) {
      const head = parseHead(line);
      if (head?.source === source) return head;
    }
  }
  return null;
}

/** Heads have no other characters than those of ASCII. */
async function textOf(file: FileHandle, start: number, end: number): Promise<string> {
  const bytes = Buffer.alloc(end - start);
  let length = 0;
  for (let count = -1; count !== 0 && length < bytes.length; length += count)
    ({ bytesRead: count } = await file.read(bytes, length, bytes.length - length, start + length));
  return bytes.toString('latin1', 0, length);
}

function bounded(line: string): string {
  return line.length > LONGEST_LINE ? NO_LINE : line;
}

function parseHead(line: string): Head | null {
  try {
    const head = JSON.parse(line) as Partial<Head> | null;
    if (head?.source !== 'audit_entries' && head?.source !== 'postings') return null;
    if (!Number.isSafeInteger(head.seal) || !/^[0-9a-f]{64}$/.test(head.digest ?? '')) return null;
    return head as Head;
  } catch {
    return null;
  }
}
