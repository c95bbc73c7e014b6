import { createReadStream, existsSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { SealSource } from './sealed-source';

/** How many bytes at the end are searched for the last line of a chain, before the whole file is searched. */
const NEAR_THE_END = 65_536;

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

/**
 * A file with the heads of the chains, each as a line of JSON. Lines are only added. A line that is incomplete after a power cut
 * is ignored, and the next head begins on a new line.
 */
export class SealFile {
  constructor(private readonly path: string) {}

  /** Returns the heads in all complete lines, from a position in the file, in bytes. If there is no file, it returns none. */
  async *heads(start = 0): AsyncGenerator<Head> {
    if (!existsSync(this.path)) return;
    const input = createReadStream(this.path, { start });
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const head = parseHead(line);
      if (head) yield head;
    }
  }

  /** Returns the last head of a chain, or null. It is usually near the end of the file. */
  async lastOf(source: SealSource): Promise<Head | null> {
    if (!existsSync(this.path)) return null;
    const { size } = await stat(this.path);
    const near = Math.max(0, size - NEAR_THE_END);
    return (await this.lastFrom(near, source)) ?? (near > 0 ? this.lastFrom(0, source) : null);
  }

  /** Adds heads. When this returns, they are on the disk. */
  async append(heads: readonly Head[]): Promise<void> {
    if (heads.length === 0) return;
    const file = await open(this.path, 'a+', 0o644);
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

  private async lastFrom(start: number, source: SealSource): Promise<Head | null> {
    let last: Head | null = null;
    for await (const head of this.heads(start)) if (head.source === source) last = head;
    return last;
  }
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
