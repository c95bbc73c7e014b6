import { createHash } from 'node:crypto';
import type { ClientBase } from 'pg';
import { beginningOf, digestOfSeal, NO_SEAL, readMarks, SEAL_COLUMNS, type Seal } from './seal';
import {
  type CanonicalRow,
  digestOfRow,
  ROWS_PER_PARTITION,
  type SealedSource,
  selectCanonical,
} from './sealed-source';

/** How many seals and rows are in memory. */
const SEALS = 20;
const ROWS = 5_000;
/** How many wrong rows of one seal are named. More of them are only counted. */
const NAMED = 20;

/** A place at which a chain differs from what was sealed. */
export interface ChainBreak {
  /** The number of the seal. */
  readonly seal: number;
  /** The id of the row, if the break is about one row. */
  readonly id?: number;
  readonly what: string;
}

/** A seal that was proven. A later proof can continue after it. */
export interface ProvenSeal {
  readonly seal: number;
  readonly through_id: number;
  /** The digest in hexadecimal. */
  readonly digest: string;
}

/** What was proven. */
export interface ChainProof {
  readonly seals: number;
  readonly rows: number;
  /** How many seals have rows that were old enough and were dropped. */
  readonly forgotten: number;
  /** How many rows come after the last seal. The next seal will cover them. */
  readonly unsealed: number;
  readonly head: ProvenSeal | null;
}

export interface ChainOptions {
  /** The last seal that was proven before. Its rows are not read again, but the seal itself is compared. */
  readonly from?: ProvenSeal | null;
  /** Rows that were sealed before this moment may be missing. Null means that no row may be missing. */
  readonly keptSince?: Date | null;
}

/**
 * Proves that the rows of a source are those that were sealed, and that its seals have no gaps. It names the place of each row
 * that was changed, deleted or added.
 *
 * The owner of the database can compute a whole chain again, or remove its end. Only a head that is kept outside the database can
 * show that: see `verifyHeads`.
 *
 * @param client a connection in a transaction that reads one snapshot.
 */
export async function* verifyChain(
  client: ClientBase,
  source: SealedSource,
  { from = null, keptSince = null }: ChainOptions = {},
): AsyncGenerator<ChainBreak, ChainProof> {
  if (from) {
    const known = await findSeal(client, source, from.seal);
    if (!known)
      yield {
        seal: from.seal,
        what: 'the seal that was proven is missing: the end of the chain was cut off, or an older copy was restored',
      };
    else if (known.digest.toString('hex') !== from.digest || known.throughId !== from.through_id)
      yield {
        seal: from.seal,
        what: 'the seal is another one than was proven: it, or seals and rows before it, were rewritten',
      };
  }
  let previous: Link = from
    ? { number: from.seal, throughId: from.through_id, digest: Buffer.from(from.digest, 'hex') }
    : { number: 0, throughId: -1, digest: NO_SEAL };
  const proof = { seals: 0, rows: 0, forgotten: 0 };
  for await (const seal of sealsAfter(client, source, previous.number)) {
    const isGap = seal.number !== previous.number + 1;
    if (isGap) yield missing(previous.number + 1, seal.number - 1);
    const rows = yield* verifyRows(client, source, seal, previous.throughId, isGap, keptSince, proof);
    const computed = digestOfSeal(seal, previous.digest);
    const isLinked =
      isGap ||
      computed.equals(seal.digest) ||
      (previous.recomputed && digestOfSeal(seal, previous.recomputed).equals(seal.digest));
    if (!isLinked)
      yield {
        seal: seal.number,
        what: `the seal itself was changed, or that before it: its digest does not follow from what it says and from seal ${previous.number}`,
      };
    proof.seals += 1;
    proof.rows += rows;
    previous = {
      number: seal.number,
      throughId: Math.max(seal.throughId, previous.throughId),
      digest: seal.digest,
      recomputed: isLinked ? undefined : computed,
    };
  }
  return {
    ...proof,
    unsealed: await countAfter(client, source, previous.throughId),
    head: previous.number === 0 ? null : positionOf(previous),
  };
}

interface Link {
  readonly number: number;
  readonly throughId: number;
  readonly digest: Buffer;
  /** The digest that the seal should have. If only the digest was changed, the next seal follows from this one. */
  readonly recomputed?: Buffer;
}

function positionOf({ number, throughId, digest }: Link): ProvenSeal {
  return { seal: number, through_id: throughId, digest: digest.toString('hex') };
}

function missing(first: number, last: number): ChainBreak {
  const what = first === last ? 'the seal is missing' : `the seals from ${first} to ${last} are missing`;
  return { seal: first, what };
}

/** Compares the rows of a seal with the seal, and returns how many rows there are. */
async function* verifyRows(
  client: ClientBase,
  source: SealedSource,
  seal: Seal,
  after: number,
  isGap: boolean,
  keptSince: Date | null,
  proof: { forgotten: number; seals: number },
): AsyncGenerator<ChainBreak, number> {
  const marks = readMarks(seal.marks, seal.throughId);
  // Rows of a missing seal do not belong to this one.
  const begin = isGap ? firstOf(marks, seal) - 1 : after;
  const named: ChainBreak[] = [];
  let faults = 0;
  let found = 0;
  const rowsDigest = createHash('sha256');
  const fault = (id: number, what: string): void => {
    faults += 1;
    if (named.length < NAMED) named.push({ seal: seal.number, id, what });
  };
  for await (const { id, digest } of rowsOf(client, source, begin, seal.throughId)) {
    found += 1;
    rowsDigest.update(digest);
    const mark = marks.get(id);
    if (mark === undefined) fault(id, 'the row was added after the seal');
    else if (mark !== beginningOf(digest)) fault(id, 'the row was changed after the seal');
    marks.delete(id);
  }
  const isOld = keptSince !== null && new Date(seal.sealedAt) < keptSince;
  if (found === 0 && isOld && proof.forgotten === proof.seals && (await isDropped(client, source, seal))) {
    proof.forgotten += 1;
    return 0;
  }
  for (const id of marks.keys()) fault(id, 'the row was deleted after the seal');
  if (rowsDigest.digest().equals(seal.rowsDigest)) {
    if (faults > 0 || found !== seal.rowCount)
      yield { seal: seal.number, what: 'the marks of the rows, or their count, were changed in the seal' };
    return found;
  }
  yield* named;
  if (faults > named.length)
    yield {
      seal: seal.number,
      what: `${faults - named.length} more rows of the seal are not what was sealed`,
    };
  if (faults === 0)
    yield {
      seal: seal.number,
      what: `the rows from ${begin + 1} to ${seal.throughId} are not what was sealed, or the seal was changed`,
    };
  return found;
}

/** The id of the first row that was sealed; where the marks are gone, too, that of the last. */
function firstOf(marks: ReadonlyMap<number, string>, { throughId }: Seal): number {
  let first = throughId;
  for (const id of marks.keys()) first = Math.min(first, id);
  return first;
}

/** Whether the partition of a seal's rows is gone as a whole, as retention drops one: never the newest, never a part of one. */
async function isDropped(
  client: ClientBase,
  { name, id }: SealedSource,
  { throughId }: Seal,
): Promise<boolean> {
  const begin = throughId - (throughId % ROWS_PER_PARTITION);
  const { rows } = await client.query(
    `SELECT WHERE NOT EXISTS (SELECT FROM ${name} WHERE ${id} >= $1 AND ${id} < $2)
       AND (EXISTS (SELECT FROM ${name} WHERE ${id} >= $2)
         OR EXISTS (SELECT FROM seals WHERE source = $3 AND through_id >= $2))`,
    [begin, begin + ROWS_PER_PARTITION, name],
  );
  return rows.length > 0;
}

async function* rowsOf(
  client: ClientBase,
  source: SealedSource,
  after: number,
  through: number,
): AsyncGenerator<{ readonly id: number; readonly digest: Buffer }> {
  let last = after;
  for (;;) {
    const { rows } = await client.query<Record<string, string | null>>(selectCanonical(source), [
      last,
      through,
      ROWS,
    ]);
    for (const row of rows) {
      const canonical: CanonicalRow = Object.values(row);
      last = Number(canonical[0]);
      yield { id: last, digest: digestOfRow(canonical) };
    }
    if (rows.length < ROWS) return;
  }
}

async function* sealsAfter(client: ClientBase, { name }: SealedSource, number: number): AsyncGenerator<Seal> {
  let last = number;
  for (;;) {
    const { rows } = await client.query<Seal>(
      `SELECT ${SEAL_COLUMNS}, row_marks AS marks FROM seals
       WHERE source = $1 AND seal_number > $2 ORDER BY seal_number LIMIT $3`,
      [name, last, SEALS],
    );
    yield* rows;
    if (rows.length < SEALS) return;
    last = rows.at(-1)?.number ?? last;
  }
}

async function findSeal(client: ClientBase, { name }: SealedSource, number: number): Promise<Seal | null> {
  const { rows } = await client.query<Seal>(
    `SELECT ${SEAL_COLUMNS}, row_marks AS marks FROM seals WHERE source = $1 AND seal_number = $2`,
    [name, number],
  );
  return rows[0] ?? null;
}

async function countAfter(client: ClientBase, { name, id }: SealedSource, after: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${name} WHERE ${id} > $1`,
    [after],
  );
  return rows[0]?.count ?? 0;
}
