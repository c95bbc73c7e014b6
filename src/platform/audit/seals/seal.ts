import { hash } from 'node:crypto';
import { instantText, type SealSource } from './sealed-source';

/** The digest before the first seal. */
export const NO_SEAL = Buffer.alloc(32);

/** Bytes of a row's mark: six for its id, six for its digest. */
const MARK = 12;
const HALF = MARK / 2;

/** What of a seal its digest covers. */
export interface SealContent {
  readonly source: SealSource;
  /** 1, 2, 3, … without gaps. */
  readonly number: number;
  /** It covers the rows with an id above that of the seal before it, up to this one. */
  readonly throughId: number;
  readonly rowCount: number;
  /** SHA-256 over the digests of its rows, one after the other in the order of their ids. */
  readonly rowsDigest: Buffer;
  /** Canonical text: `2026-01-14T12:00:00.000000Z`. */
  readonly sealedAt: string;
}

/** A seal as it is stored. */
export interface Seal extends SealContent {
  readonly digest: Buffer;
  /** See `markOf`. They name the row that was changed; what is proven, the digest proves. */
  readonly marks: Buffer;
}

/**
 * The digest of a seal: SHA-256 over the UTF-8 of a JSON array without blanks:
 * `["travel-recharge seal 1", source, number, through id, row count, rows digest, sealed at, digest of the seal before]`,
 * numbers as numbers, digests in lower-case hexadecimal; before the first seal, the digest is 64 zeros.
 */
export function digestOfSeal(seal: SealContent, previous: Buffer): Buffer {
  const content = [
    'travel-recharge seal 1',
    seal.source,
    seal.number,
    seal.throughId,
    seal.rowCount,
    seal.rowsDigest.toString('hex'),
    seal.sealedAt,
    previous.toString('hex'),
  ];
  return hash('sha256', JSON.stringify(content), 'buffer');
}

/** How far a row's id is before the last id that the seal covers, and the beginning of the row's digest. */
export function markOf(id: number, throughId: number, digest: Buffer): Buffer {
  const mark = Buffer.alloc(MARK);
  mark.writeUIntBE(throughId - id, 0, HALF);
  digest.copy(mark, HALF, 0, HALF);
  return mark;
}

/** The ids of the rows that were sealed, each with the beginning of its digest in hexadecimal. */
export function readMarks(marks: Buffer, throughId: number): Map<number, string> {
  const known = new Map<number, string>();
  for (let place = 0; place + MARK <= marks.length; place += MARK)
    known.set(throughId - marks.readUIntBE(place, HALF), marks.toString('hex', place + HALF, place + MARK));
  return known;
}

/** The same beginning of a digest. */
export function beginningOf(digest: Buffer): string {
  return digest.toString('hex', 0, HALF);
}

export const SEAL_COLUMNS = `source, seal_number AS number, through_id AS "throughId", row_count AS "rowCount",
  rows_digest AS "rowsDigest", ${instantText('sealed_at')} AS "sealedAt", digest`;
