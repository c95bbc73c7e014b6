import type { ProvenCheck } from '../../modules/proofs/proof';
import type { AppConfig } from '../../platform/config/app-config';

/** What each part needs to prove itself. */
export interface PartOfProof {
  readonly url: string;
  readonly config: AppConfig;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly onCheck: (check: ProvenCheck) => void;
}
