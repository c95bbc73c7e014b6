import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { AuditTrail } from '../audit/audit-trail';
import type { Eviction } from '../cache/evictions';
import { MarkFailedError, Marks } from '../cache/protocol/marks';
import { AppConfig } from '../config/app-config';
import { IdempotencyKeys } from './idempotency-keys';
import { RetryPolicy } from './retry-policy';
import { WriteAttempt } from './write-attempt';
import { UnansweredCommits } from '../postgres/unanswered-commits';
import { WriteCounts } from './write-counts';
import type { Outcome, Work, WriteOptions } from './write-plan';
import { hasKey, type WriteRequest } from './write-request';
import { WriteSeats } from './write-seats';
import { type WriteLimits, WriteTransaction } from './write-transaction';

/** No answer is cached that such a write would make stale. */
export const NOTHING: Eviction<null> = { templates: [], keysFor: () => [] };

/**
 * The one way to change the database: the work runs in a transaction, and when the caller hears of it, the cache no longer
 * holds a response that it made stale.
 *
 * Locks are taken in this order, so that no two writes wait for each other in a circle: the cache's epoch, shared; the
 * idempotency key; the rider's row, for an erasure; a validator's or a suspended tap's row; the card's row, of many cards in the
 * order of their ids; the card's open trip; what agents took back today; rows
 * that are unique for ever (transaction_id, reversal); the version of all keys, and a key.
 * Accounts, routes and stations are never locked against other writers.
 */
@Injectable()
export class Writes {
  private readonly limits: WriteLimits;

  constructor(
    private readonly dataSource: DataSource,
    unanswered: UnansweredCommits,
    private readonly marks: Marks,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    private readonly config: AppConfig,
    private readonly counts: WriteCounts,
  ) {
    const seats = new WriteSeats(config.writeSeats, config.get('DATABASE_CONNECT_TIMEOUT_MS'));
    this.limits = { seats, unanswered, timeoutMs: config.get('DATABASE_TRANSACTION_TIMEOUT_MS') };
  }

  /**
   * Attempts the write until one attempt succeeds, or the policy gives up.
   *
   * @throws RequestInProgressError when a request with the same key is still running after the configured wait.
   */
  async run<Response, Subject, Found = undefined>(
    options: WriteOptions<Subject, Found>,
    work: Work<Response, Subject, Found>,
  ): Promise<Response> {
    const { operation } = options.request.origin;
    const policy = new RetryPolicy(this.config.get('IDEMPOTENCY_WAIT_MS'), options.retryOnUniqueViolation);
    let failedMarks = 0;
    for (;;) {
      try {
        const outcome = await this.attempt(options, work);
        this.counts.ended(operation, outcome);
        if (outcome.isReplay) options.request.replayed();
        return outcome.response;
      } catch (error) {
        const verdict = policy.after(error);
        if ('giveUpWith' in verdict) {
          this.counts.failed(operation, verdict.giveUpWith);
          throw verdict.giveUpWith;
        }
        if (error instanceof MarkFailedError) await this.marks.recover((failedMarks += 1));
        else await sleep(verdict.retryAfterMs);
      }
    }
  }

  /**
   * The response that is stored for the request, or null. An operation that takes several transactions asks before the
   * first of them.
   */
  async findStored(request: WriteRequest): Promise<unknown> {
    if (!hasKey(request)) return null;
    const response = await this.idempotencyKeys.find(this.dataSource.manager, request);
    return response === null ? null : this.store(request, response);
  }

  /** Stores a response that changes nothing for a repetition of the request. @returns what was stored first. */
  async store<Response>(request: WriteRequest, response: Response): Promise<Response> {
    if (!hasKey(request)) return response;
    return this.run({ evicts: NOTHING, request }, () => ({ response, nothingToDo: true }));
  }

  private async attempt<Response, Subject, Found>(
    options: WriteOptions<Subject, Found>,
    work: Work<Response, Subject, Found>,
  ): Promise<Outcome<Response>> {
    const transaction = await WriteTransaction.open(this.dataSource, this.limits);
    return new WriteAttempt<Response, Subject, Found>(
      transaction,
      this.marks,
      this.idempotencyKeys,
      this.trail,
      this.clock,
      options,
    ).run(work);
  }
}
