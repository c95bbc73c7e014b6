import { constants, setPriority } from 'node:os';
import { StartupError } from '../../common/program/startup-error';
import { Clock } from '../../common/time/clock';
import { PROOF_PARTS, type ProofPart, type ProvenCheck, outcomeOf } from '../../modules/proofs/proof';
import { ProofRecord } from '../../modules/proofs/proof-record';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { requireSchema } from '../../platform/postgres/schema';
import type { PartOfProof } from '../../modules/proofs/part-of-proof';
import { proveLedger } from '../verify-ledger/prove-books';
import { proveFares } from '../verify-fares/report-fares';
import { proveAudit } from '../verify-audit/prove-audit';

const PARTS: Readonly<Record<ProofPart, (part: PartOfProof) => Promise<unknown>>> = {
  ledger: proveLedger,
  fares: proveFares,
  audit: proveAudit,
};

/**
 * Proves the books, the fares and the audit trail, and writes each check down as soon as it is made.
 *
 * @returns its exit code: 0 when everything holds, 1 when anything does not.
 */
export async function prove(args: readonly string[], stopped: AbortSignal): Promise<number> {
  const proofId = Number(args[args.indexOf('--proof') + 1]);
  if (!Number.isSafeInteger(proofId)) throw new StartupError('the service starts this program');
  const config = new AppConfig(readEnvironment());
  const url = config.get('DATABASE_URL') ?? '';
  const record = await ProofRecord.open(url, proofId);
  // Requests go first; but with the lowest priority it would not be heard of for a minute beside a busy service.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const signal = AbortSignal.any([stopped, record.signal]);
  const checks: ProvenCheck[] = [];
  const onCheck = (check: ProvenCheck): void => {
    checks.push(check);
    void record.add(check);
  };
  try {
    // Beside a newer release, what that added would look like somebody else's.
    await requireSchema(url);
    for (const part of PROOF_PARTS) {
      signal.throwIfAborted();
      await record.begin(part);
      await PARTS[part]({ url, config, now: new Clock().now(), signal, onCheck });
    }
    signal.throwIfAborted();
    await record.end(outcomeOf(checks));
    return checks.every(({ holds }) => holds) ? 0 : 1;
  } catch (error) {
    await record.end(signal.aborted ? 'abandoned' : 'failed');
    throw error;
  }
}
