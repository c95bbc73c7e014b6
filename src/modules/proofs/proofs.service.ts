import { Injectable } from '@nestjs/common';
import { decodeCursor, PageQuery, paginate } from '../../common/http/pagination';
import { ProofRunningError } from '../../common/http/problem/service-errors';
import type { WriteRequest } from '../../platform/writes/write-request';
import { NOTHING, Writes } from '../../platform/writes/writes';
import type { ProofPage, ProofResponse } from './dto/proofs.dto';
import { PROOF_PARTS } from './proof';
import { ProofRunner } from './proof-runner';
import { ProofsRepository } from './proofs.repository';

type Row = Awaited<ReturnType<ProofsRepository['findOrFail']>>;

/** Proves the books, the fares and the audit trail, one proof at a time over all processes. */
@Injectable()
export class ProofsService {
  constructor(
    private readonly proofs: ProofsRepository,
    private readonly writes: Writes,
    private readonly runner: ProofRunner,
  ) {}

  /** @throws ProofRunningError */
  async begin(request: WriteRequest): Promise<ProofResponse> {
    const proof = await this.writes.run({ evicts: NOTHING, request }, async (manager) => {
      const begun = await this.proofs.begin(manager, request.client);
      if ('running' in begun) throw new ProofRunningError(begun.running);
      return {
        response: toProofResponse(await this.proofs.findOrFail(begun.proof_id, manager)),
        touches: null,
        audit: { object: { kind: 'proof', id: begun.proof_id }, changes: { status: 'running' } },
      };
    });
    this.runner.run(proof.proof_id);
    return proof;
  }

  async get(proofId: number): Promise<ProofResponse> {
    return toProofResponse(await this.proofs.findOrFail(proofId));
  }

  async latest(): Promise<ProofResponse | null> {
    const proof = await this.proofs.findLatest();
    return proof && toProofResponse(proof);
  }

  async list({ limit, cursor }: PageQuery): Promise<ProofPage> {
    const found = await this.proofs.find(decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (proof) => proof.proof_id);
    return { proofs: rows.map(toProofResponse), next_cursor };
  }
}

function toProofResponse({ current_check, usual_checks, ...proof }: Row): ProofResponse {
  const isRunning = proof.status === 'running';
  return {
    ...proof,
    progress: {
      checks_done: proof.checks.length,
      checks_total: isRunning ? usual_checks : proof.checks.length,
      current: (isRunning && PROOF_PARTS.find((part) => part === current_check)) || null,
    },
  };
}
