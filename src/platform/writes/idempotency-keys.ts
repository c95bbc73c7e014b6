import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { sqlState } from '../../common/http/problem/database-errors';
import { IdempotencyKeyReusedError } from '../../common/http/problem/request-errors';
import { AppConfig } from '../config/app-config';
import type { Statement } from '../postgres/statement';
import type { KeyedRequest } from './write-request';

/** Another request holds the key: this one has to try again later. */
export class KeyInUseError extends Error {}

/** Any constant: it keeps the advisory locks of idempotency keys apart from other advisory locks. */
export const LOCK_SEED = 7_316_002;

/** The SQLSTATE that only take_idempotency_key raises, when another transaction holds the key. */
const KEY_IN_USE = 'TR001';

const NOT_NULL_VIOLATION = '23502';

/** Responses in which people have written freely: by which member they are told from others, what they are about, and where it is. */
const REASONS = {
  reversal: { sign: 'reversed_at', id: 'recharge_id', member: 'reason' },
  resolution: { sign: 'resolved_at', id: 'suspense_id', member: 'resolution_reason' },
} as const;

/** What is stored under a key. */
interface Stored {
  readonly fingerprint: Buffer | null;
  readonly body: string | null;
}

/** Stores the response to a repeatable request, in the transaction of that request. A key belongs to its client. */
@Injectable()
export class IdempotencyKeys {
  constructor(
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * Takes the key until the transaction ends.
   *
   * @returns the response that is stored under it, or null.
   * @throws KeyInUseError while another transaction holds it; this transaction is aborted then.
   * @throws IdempotencyKeyReusedError when it belongs to another request.
   */
  async take(manager: EntityManager, request: KeyedRequest): Promise<unknown> {
    const [stored] = await manager
      .query<Stored[]>('SELECT fingerprint, body FROM take_idempotency_key($1, $2, $3, $4)', [
        request.client,
        request.key,
        LOCK_SEED,
        this.expiryTime(),
      ])
      .catch((error: unknown) => {
        throw sqlState(error) === KEY_IN_USE ? new KeyInUseError() : error;
      });
    return responseOf(stored, request);
  }

  /**
   * The response that is stored under the key, or null. The key is not taken.
   *
   * @throws IdempotencyKeyReusedError when it belongs to another request.
   */
  async find(manager: EntityManager, request: KeyedRequest): Promise<unknown> {
    const [stored] = await manager.query<Stored[]>(
      `SELECT fingerprint, body FROM idempotency_keys
       WHERE idempotency_key = $1 AND client = $2 AND created_at > $3`,
      [request.key, request.client, this.expiryTime()],
    );
    return responseOf(stored, request);
  }

  /**
   * Stores the response under the key; an expired one is replaced. It means KeyInUseError when another response is stored
   * there that has not expired by the clock of this process: the next attempt finds it.
   */
  storing(request: KeyedRequest, response: unknown): Statement {
    return {
      text: `INSERT INTO idempotency_keys AS stored (idempotency_key, client, fingerprint, status, body, created_at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (idempotency_key, client) DO UPDATE
         SET fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status, body = EXCLUDED.body,
             -- Nothing in its place is refused, and with it the transaction.
             created_at = CASE WHEN stored.created_at <= $7 THEN EXCLUDED.created_at END`,
      values: [
        request.key,
        request.client,
        request.fingerprint,
        request.status,
        JSON.stringify(response),
        this.clock.now(),
        this.expiryTime(),
      ],
      meaningOf: (error) => (sqlState(error) === NOT_NULL_VIOLATION ? new KeyInUseError() : error),
    };
  }

  /**
   * Overwrites the reason in stored responses, which may name a person. The digest of such a request is one of the reason, so it is
   * overwritten as well: a repetition is refused as another request.
   */
  async forgetReasons(
    manager: EntityManager,
    kind: keyof typeof REASONS,
    ids: readonly number[],
    reason: string,
  ): Promise<void> {
    const { sign, id, member } = REASONS[kind];
    await manager.query(
      `UPDATE idempotency_keys SET body = (body::jsonb || jsonb_build_object('${member}', $2::text))::text,
         fingerprint = decode(repeat('00', 32), 'hex')
       WHERE body LIKE '%"${sign}":%' AND body::jsonb ->> '${id}' = ANY($1)`,
      [ids.map(String), reason],
    );
  }

  /** Deletes the responses that are older than IDEMPOTENCY_KEEP_DAYS. */
  async deleteExpired(manager: EntityManager): Promise<void> {
    await manager.query('DELETE FROM idempotency_keys WHERE created_at <= $1', [this.expiryTime()]);
  }

  private expiryTime(): Date {
    return new Date(this.clock.now().getTime() - this.config.get('IDEMPOTENCY_KEEP_DAYS') * 86_400_000);
  }
}

function responseOf(stored: Stored | undefined, request: KeyedRequest): unknown {
  if (!stored?.body) return null;
  if (!stored.fingerprint?.equals(request.fingerprint)) throw new IdempotencyKeyReusedError();
  return JSON.parse(stored.body) as unknown;
}
