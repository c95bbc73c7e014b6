import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { sqlState } from '../../common/http/problem/database-errors';
import { IdempotencyKeyReusedError } from '../../common/http/problem/request-errors';
import type { KeyedRequest } from '../../common/http/repeatable-request';
import { AppConfig } from '../config/app-config';

/** The first request with the key holds it: this one has to come again. */
export class KeyInUse extends Error {}

/** Any constant: keeps the advisory locks of keys apart from others. */
export const LOCK_SEED = 7_316_002;

/** SQLSTATE of take_idempotency_key, and of nothing else, for a key that another transaction holds. */
const KEY_IN_USE = 'TR001';

/** What was stored under a key. */
interface Stored {
  readonly fingerprint: Buffer | null;
  readonly body: string | null;
}

/** The answers of repeatable requests, stored in the transaction that they answer. */
@Injectable()
export class IdempotencyKeys {
  constructor(
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * Takes the key until the transaction ends, and answers what was stored under it, or null.
   *
   * @throws KeyInUse while another transaction holds it: this one is refused then, with what was sent behind.
   * @throws IdempotencyKeyReusedError when it belongs to another request.
   */
  async take(manager: EntityManager, request: KeyedRequest): Promise<unknown> {
    const [stored] = await manager
      .query<Stored[]>('SELECT fingerprint, body FROM take_idempotency_key($1, $2, $3)', [
        request.key,
        LOCK_SEED,
        this.oldestKept(),
      ])
      .catch((error: unknown) => {
        throw sqlState(error) === KEY_IN_USE ? new KeyInUse() : error;
      });
    return answerOf(stored, request);
  }

  /**
   * What is stored under the key, or null; nobody is kept from taking it.
   *
   * @throws IdempotencyKeyReusedError when it belongs to another request.
   */
  async find(manager: EntityManager, request: KeyedRequest): Promise<unknown> {
    const [stored] = await manager.query<Stored[]>(
      'SELECT fingerprint, body FROM idempotency_keys WHERE idempotency_key = $1 AND created_at > $2',
      [request.key, this.oldestKept()],
    );
    return answerOf(stored, request);
  }

  /**
   * An expired answer gives way.
   *
   * @throws KeyInUse when it has not expired after all, by the clock of this process: the next attempt finds it.
   */
  async store(manager: EntityManager, request: KeyedRequest, answer: unknown): Promise<void> {
    const stored = await manager.query<unknown[]>(
      `INSERT INTO idempotency_keys AS stored (idempotency_key, fingerprint, status, body, created_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (idempotency_key) DO UPDATE
         SET fingerprint = EXCLUDED.fingerprint, status = EXCLUDED.status, body = EXCLUDED.body,
             created_at = EXCLUDED.created_at
         WHERE stored.created_at <= $6
       RETURNING idempotency_key`,
      [
        request.key,
        request.fingerprint,
        request.status,
        JSON.stringify(answer),
        this.clock.now(),
        this.oldestKept(),
      ],
    );
    if (stored.length === 0) throw new KeyInUse();
  }

  /** Deletes the answers that have been kept long enough. */
  async forgetExpired(manager: EntityManager): Promise<void> {
    await manager.query('DELETE FROM idempotency_keys WHERE created_at <= $1', [this.oldestKept()]);
  }

  private oldestKept(): Date {
    return new Date(this.clock.now().getTime() - this.config.get('IDEMPOTENCY_KEEP_DAYS') * 86_400_000);
  }
}

function answerOf(stored: Stored | undefined, request: KeyedRequest): unknown {
  if (!stored?.body) return null;
  if (!stored.fingerprint?.equals(request.fingerprint)) throw new IdempotencyKeyReusedError();
  return JSON.parse(stored.body) as unknown;
}
