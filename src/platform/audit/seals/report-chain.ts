import { statSync } from 'node:fs';
import type { ClientBase } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { messageOf } from '../../postgres/embedded/errno';
import { type Head, SealFile } from './seal-file';
import type { SealedSource } from './sealed-source';
import { type ChainBreak, type ChainProof, type ProvenSeal, verifyChain } from './verify-chain';
import { findForeign, findMissingGuards, findUnorderedSequences } from './verify-guards';
import { findOverdue } from './verify-overdue';
import { findHead, verifyHeads } from './verify-heads';

/** How many breaks are printed. More of them are only counted. */
const SHOWN = 50;

export interface ChainReport {
  readonly from: ProvenSeal | null;
  /** Heads that were kept outside the database: digests in hexadecimal, and files such as SEAL_FILE. */
  readonly heads: readonly string[];
  readonly keptSince?: Date | null;
  readonly print: (line: string) => void;
  readonly onCheck?: OnCheck;
}

/** Hears of a promise: how many rows break it, and some of them. */
export type OnCheck = (promise: string, count: number, breaks: readonly object[]) => void;

/** The result of a proof. */
export interface ReportedChain {
  readonly broken: number;
  /** Whether rows have no seal that should have one: what was sealed may be right, and they are not proven. */
  readonly isOverdue: boolean;
  readonly head: ProvenSeal | null;
}

/**
 * Proves a chain, compares it with heads that were kept outside the database, and checks that the database refuses changes of
 * its rows. It prints what holds, and what does not.
 *
 * @param client a connection in a transaction that reads one snapshot.
 * @throws StartupError for a head that is neither a digest nor a file.
 */
export async function reportChain(
  client: ClientBase,
  source: SealedSource,
  { from, heads, keptSince = null, print, onCheck }: ChainReport,
): Promise<ReportedChain> {
  const breaks = new Breaks(print, onCheck);
  const proof = await drain(verifyChain(client, source, { from, keptSince }), breaks);
  breaks.tell(`the rows of ${source.name} are those that were sealed (${countsOf(proof, from)})`);
  for (const head of heads) {
    await drain(verifyOutside(client, source, head), breaks);
    breaks.tell(`the chain of ${source.name} is the one whose head is in ${head}`);
  }
  const overdue = await findOverdue(client, source, proof.head?.through_id ?? 0);
  if (overdue) print(`OPEN    ${overdue}`);
  else if (source.time !== undefined)
    breaks.tell(`the rows of ${source.name} are sealed soon after they were added`);
  for (const { table, change } of await findMissingGuards(client, [source.name, 'seals']))
    breaks.add({ table, what: `no trigger refuses ${change}` });
  breaks.tell(`the database refuses to change ${source.name} and their seals`);
  for (const { table, what } of await findForeign(client, [source.name, ...source.beside, 'seals']))
    breaks.add({ table, what: `${what} is not of this service` });
  breaks.tell(`nothing else stands between the service and the rows of ${source.name} and their seals`);
  for (const found of await findUnorderedSequences(client)) breaks.add(found);
  breaks.tell('each sequence gives the next number to whoever asks');
  if (proof.head) print(`        head of ${source.name}: seal ${proof.head.seal}, ${proof.head.digest}`);
  return { broken: breaks.total, isOverdue: overdue !== null, head: proof.head };
}

/** @throws StartupError */
async function* verifyOutside(
  client: ClientBase,
  source: SealedSource,
  head: string,
): AsyncGenerator<ChainBreak> {
  if (/^[0-9a-f]{64}$/i.test(head)) {
    if ((await findHead(client, source, head.toLowerCase())) === null)
      yield {
        seal: 0,
        what: 'no seal has this digest: the chain was rewritten, or its end was cut off, or it is the head of another chain',
      };
    return;
  }
  if (!statSync(head, { throwIfNoEntry: false })?.isFile())
    throw new StartupError(`--head must be 64 hexadecimal digits, or a file such as SEAL_FILE: ${head}`);
  yield* verifyHeads(client, source, headsIn(head));
}

async function* headsIn(path: string): AsyncGenerator<Head> {
  try {
    yield* new SealFile(path).heads();
  } catch (error) {
    throw new StartupError(`--head cannot be read: ${messageOf(error)}`);
  }
}

function countsOf({ seals, rows, forgotten, unsealed }: ChainProof, from: ProvenSeal | null): string {
  return [
    `${counted(seals, 'seal')} over ${counted(rows, 'row')}${from ? `, behind seal ${from.seal}, which was proven before` : ''}`,
    ...(forgotten > 0 ? [`the rows of ${counted(forgotten, 'old seal')} were dropped`] : []),
    `${counted(unsealed, 'row')} not sealed yet`,
  ].join('; ');
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

async function drain<Result>(found: AsyncGenerator<ChainBreak, Result>, breaks: Breaks): Promise<Result> {
  for (;;) {
    const next = await found.next();
    if (next.done) return next.value;
    breaks.add(next.value);
  }
}

/** Prints the breaks of each promise. */
class Breaks {
  total = 0;
  private since = 0;
  private readonly shown: object[] = [];

  constructor(
    private readonly print: (line: string) => void,
    private readonly onCheck?: OnCheck,
  ) {}

  add(found: object): void {
    this.total += 1;
    if (this.shown.length < SHOWN) this.shown.push(found);
  }

  /** Prints whether a promise holds. All breaks that were added since the last call belong to it. */
  tell(promise: string): void {
    const count = this.total - this.since;
    this.print(`${count === 0 ? 'holds ' : 'BROKEN'}  ${promise}${count === 0 ? '' : ` (${count})`}`);
    this.onCheck?.(promise, count, this.shown);
    for (const found of this.shown.splice(0)) this.print(`          ${JSON.stringify(found)}`);
    this.since = this.total;
  }
}
