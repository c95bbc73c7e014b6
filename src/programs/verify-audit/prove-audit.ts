import { toProvenCheck } from '../../modules/proofs/proof';
import type { PartOfProof } from '../prove/part-of-proof';
import { verifyAudit } from './verify-audit';

/** Proves the audit trail as a part of a proof of everything. */
export async function proveAudit({ url, config, now, signal, onCheck }: PartOfProof): Promise<void> {
  const print = (): void => undefined;
  const options = { help: false, full: false, heads: [] };
  await verifyAudit(url, config, options, now, print, signal, (...check) =>
    onCheck(toProvenCheck('audit', ...check)),
  );
}
