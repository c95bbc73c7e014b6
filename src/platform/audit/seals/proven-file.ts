import { open, rename } from 'node:fs/promises';
import { readSmallFile } from '../../../common/program/regular-file';
import { StartupError } from '../../../common/program/startup-error';
import { errnoOf, messageOf } from '../../postgres/embedded/errno';
import type { SealSource } from './sealed-source';
import type { ProvenSeal } from './verify-chain';

/** Bytes. It has some hundred for each chain. */
const LARGEST = 65_536;

/**
 * A file that says how far each chain was proven. It can only be trusted if nobody who may write to the database can write to it.
 * It is also a head that is kept outside the database, because the next proof first checks that seal.
 */
export class ProvenFile<Proven extends ProvenSeal = ProvenSeal> {
  constructor(
    private readonly path: string,
    private readonly source: SealSource,
  ) {}

  /** Reads the file, or returns null if there is none.
   *
   * @throws StartupError if the file cannot be read, or has another format.
   */
  read(): Proven | null {
    return (this.readAll()[this.source] as Proven | undefined) ?? null;
  }

  /**
   * Replaces the whole file at once. When this returns, the file is on the disk.
   *
   * @throws StartupError when it cannot be written.
   */
  async write(proven: Proven): Promise<void> {
    const all = { ...this.readAll(), [this.source]: proven };
    await this.replace(`${JSON.stringify(all, null, 2)}\n`).catch((error: unknown) => {
      throw new StartupError(`PROVEN_FILE cannot be written: ${(error as Error).message}`);
    });
  }

  private async replace(text: string): Promise<void> {
    // Two proofs may end at the same moment.
    const written = `${this.path}.${process.pid}`;
    const file = await open(written, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(written, this.path);
  }

  private readText(): string | null {
    try {
      return readSmallFile(this.path, LARGEST);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw new StartupError(`PROVEN_FILE cannot be read: ${messageOf(error)}`);
    }
  }

  private readAll(): Readonly<Record<string, ProvenSeal>> {
    const text = this.readText();
    if (text === null) return {};
    try {
      const all = JSON.parse(text) as Record<string, ProvenSeal>;
      if (Object.values(all).every(isProven)) return all;
    } catch {
      // Then it is none either.
    }
    throw new StartupError(
      `PROVEN_FILE (${this.path}) does not say what was proven: prove everything with --full, after moving the file away`,
    );
  }
}

/** A seal's number, its last id and its digest; what else is noted of it are whole numbers, too. */
function isProven({ digest, ...figures }: ProvenSeal): boolean {
  const { seal, through_id } = figures;
  return (
    seal > 0 &&
    [seal, through_id, ...Object.values(figures)].every(Number.isSafeInteger) &&
    /^[0-9a-f]{64}$/.test(digest)
  );
}
