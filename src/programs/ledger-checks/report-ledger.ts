import { toJson } from '../../common/http/json';
import { ProvenFile } from '../../platform/audit/seals/proven-file';
import { type OnCheck, reportChain } from '../../platform/audit/seals/report-chain';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { sealedPostings } from '../../modules/ledger/sealed-postings';
import { advancePosition, type LedgerPosition, NOTHING_PROVEN } from './ledger-position';
import { verifyNewPostings } from './new-postings';
import { connectToVerify, verifyLedgerIn } from './verify-ledger';

export interface LedgerReport {
  readonly signal?: AbortSignal;
  /** Reads everything, even what was proven before. */
  readonly full?: boolean;
  /** Digests in hexadecimal, and files such as SEAL_FILE: heads of the postings' chain that were kept elsewhere. */
  readonly heads?: readonly string[];
  /** PROVEN_FILE: where it is noted how far the books were proven. */
  readonly provenPath?: string;
  readonly onCheck?: OnCheck;
}

/**
 * Proves the books, in one snapshot, while the service runs; prints what holds and what breaks, and returns how many breaks
 * there are. Where it is known how far they were proven before, it goes on from there.
 *
 * @throws StartupError for a head or a PROVEN_FILE that cannot be read.
 */
export async function reportLedger(
  url: string,
  print: (line: string) => void,
  { signal, full = false, heads = [], provenPath, onCheck }: LedgerReport = {},
): Promise<number> {
  const provenFile =
    provenPath === undefined ? null : new ProvenFile<LedgerPosition>(provenPath, sealedPostings.name);
  const from = full ? null : (provenFile?.read() ?? null);
  const client = await connectToVerify(url, signal);
  try {
    await client.query(BEGIN_SNAPSHOT);
    let broken = 0;
    if (from)
      print(`Proven before: up to posting ${from.through_id}, in seal ${from.seal}. What follows is new.`);
    for await (const { name, breaks, count } of from
      ? verifyNewPostings(client, from)
      : verifyLedgerIn(client)) {
      print(`${count === 0 ? 'holds ' : 'BROKEN'}  ${name}${count === 0 ? '' : ` (${count})`}`);
      onCheck?.(name, count, breaks);
      for (const found of breaks) print(`          ${toJson(found)}`);
      broken += count;
    }
    const chain = await reportChain(client, sealedPostings, { from, heads, print, onCheck });
    broken += chain.broken;
    if (broken === 0 && chain.head)
      await provenFile?.write(await advancePosition(client, from ?? NOTHING_PROVEN, chain.head));
    print(broken === 0 ? 'The books are right.' : `The books are wrong. Rows that break a check: ${broken}.`);
    return broken;
  } finally {
    await client.end();
  }
}
