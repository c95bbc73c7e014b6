import { hash } from 'node:crypto';
import { instantText, type SealSource } from './sealed-source';

/** The digest before the first seal. */
export const NO_SEAL = Buffer.alloc(32);

/** The bytes of a row's mark: six for its id, and six for its digest. */
const MARK = 12;
const HALF = MARK / 2;

/** The part of a seal that its digest covers. */
export interface SealContent {
  readonly source: SealSource;
  /** 1, 2, 3, … without gaps. */
  readonly number: number;
  /** The last id of its rows. The first row is the next one after the seal before. */
  readonly throughId: number;
  readonly rowCount: number;
  /** SHA-256 of the digests of all its rows, in the order of their ids. */
  readonly rowsDigest: Buffer;
  /** The time as canonical text: `2026-01-14T12:00:00.000000Z`. */
  readonly sealedAt: string;
}

/** A seal as it is stored. */
export interface Seal extends SealContent {
  readonly digest: Buffer;
  /** The marks of its rows, see `markOf`. They tell which row was changed. Only the digest proves something. */
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

/** Returns the mark of a row: the distance of its id from the last id of the seal, and the beginning of its digest. */
export function markOf(id: number, throughId: number, digest: Buffer): Buffer {
  const mark = Buffer.alloc(MARK);
  mark.writeUIntBE(throughId - id, 0, HALF);
  digest.copy(mark, HALF, 0, HALF);
  return mark;
}

/** Returns the ids of the sealed rows, each with the beginning of its digest in hexadecimal. */
export function readMarks(marks: Buffer, throughId: number): Map<number, string> {
  const known = new Map<number, string>();
  for (let place = 0; place + MARK <= marks.length; place += MARK)
    known.set(throughId - marks.readUIntBE(place, HALF), marks.toString('hex', place + HALF, place + MARK));
  return known;
}

/** Returns the same beginning of a digest as in a mark, in hexadecimal. */
export function beginningOf(digest: Buffer): string {
  return digest.toString('hex', 0, HALF);
}

export const SEAL_COLUMNS = `source, seal_number AS number, through_id AS "throughId", row_count AS "rowCount",
  rows_digest AS "rowsDigest", ${instantText('sealed_at')} AS "sealedAt", digest`;
