import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import type { ProofResponse } from './dto/proofs.dto';
import type { ProvenCheck } from './proof';

/** Who works at a proof is heard every two seconds. */
const IS_SILENT = `ended_at IS NULL AND heard_at < clock_timestamp() - interval '1 minute'`;

type Row = Omit<ProofResponse, 'progress' | 'checks'> & {
  readonly current_check: string | null;
  readonly checks: ProvenCheck[];
  /** How many checks the last whole proof before it had. */
  readonly usual_checks: number | null;
};

const SELECT = `
  SELECT proof_id, source, started_by, started_at, ended_at, current_check, checks,
         CASE WHEN ${IS_SILENT} THEN 'abandoned' ELSE coalesce(outcome, 'running') END AS status,
         (SELECT jsonb_array_length(before.checks) FROM proofs before
          WHERE before.proof_id < proofs.proof_id AND before.source = 'service' AND before.outcome IN ('right', 'wrong')
          ORDER BY before.proof_id DESC LIMIT 1) AS usual_checks
  FROM proofs`;

@Injectable()
export class ProofsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Begins a proof, unless one is running. Returns its id, or the id of the one that is running as `running`. */
  async begin(
    manager: EntityManager,
    startedBy: string,
  ): Promise<{ readonly proof_id: number } | { readonly running: number }> {
    await manager.query(
      `UPDATE proofs SET ended_at = clock_timestamp(), current_check = NULL, outcome = 'abandoned' WHERE ${IS_SILENT}`,
    );
    const [begun] = await manager.query<{ proof_id: number }[]>(
      `INSERT INTO proofs (source, started_by, started_at, heard_at)
       VALUES ('service', $1, clock_timestamp(), clock_timestamp())
       ON CONFLICT ((ended_at IS NULL)) WHERE ended_at IS NULL DO NOTHING
       RETURNING proof_id`,
      [startedBy],
    );
    if (begun) return begun;
    const [running] = await manager.query<{ proof_id: number }[]>(
      'SELECT proof_id FROM proofs WHERE ended_at IS NULL',
    );
    return { running: running?.proof_id ?? 0 };
  }

  async findOrFail(proofId: number, manager: EntityManager = this.dataSource.manager): Promise<Row> {
    const [proof] = await manager.query<Row[]>(`${SELECT} WHERE proof_id = $1`, [proofId]);
    if (!proof) throw new NotFoundError('proof', proofId);
    return proof;
  }

  /** The newest that has come to an end. */
  async findLatest(): Promise<Row | null> {
    const [proof = null] = await this.dataSource.query<Row[]>(
      `${SELECT} WHERE ended_at IS NOT NULL OR ${IS_SILENT} ORDER BY proof_id DESC LIMIT 1`,
    );
    return proof;
  }

  /** Finds proofs before an id, newest first. Null begins with the newest. */
  async find(before: number | null, limit: number): Promise<Row[]> {
    return this.dataSource.query<Row[]>(`${SELECT} WHERE proof_id < $1 ORDER BY proof_id DESC LIMIT $2`, [
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ]);
  }
}
