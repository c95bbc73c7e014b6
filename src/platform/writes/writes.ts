import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import type { Eviction } from '../cache/evictions';
import {
  EpochTooYoungError,
  MarkFailedError,
  type Marking,
  Marks,
  type Writer,
} from '../cache/protocol/marks';
import { sqlState, violatedConstraint } from '../../common/http/problem/database-errors';
import { RequestInProgressError } from '../../common/http/problem/request-errors';
import { DatabaseBusyError } from '../../common/http/problem/service-errors';
import type { KeyedRequest, RepeatableRequest } from '../../common/http/repeatable-request';
import { AppConfig } from '../config/app-config';
import { IdempotencyKeys, KeyInUse } from './idempotency-keys';
import { together } from '../postgres/together';
import { WriteTransaction } from './write-transaction';

/**
 * What a write found after its checks: what it will answer, whom it touches, and the changes that are still to be made,
 * if any; or that there is nothing to do. While the changes are made, the answer is stored for a repetition of the
 * request, and what they make old is marked in the cache.
 */
export type Plan<Answer, Subject> =
  | { readonly answer: Answer; readonly touches: Subject; readonly change?: () => Promise<unknown> }
  | { readonly answer: Answer; readonly nothingToDo: true };

export interface WriteOptions<Subject, Found = undefined> {
  readonly evicts: Eviction<Subject>;
  readonly request?: RepeatableRequest | null;
  /**
   * What the work needs to know, and locks, before it can decide: sent in the message that begins the transaction if that
   * is expected to succeed, and in vain when it is refused. Changes nothing.
   */
  readonly look?: (manager: EntityManager) => Promise<Found>;
}

type Work<Answer, Subject, Found> = (
  manager: EntityManager,
  found: Found,
) => Promise<Plan<Answer, Subject>> | Plan<Answer, Subject>;

/** A recharge with the same transaction_id committed first: run again, and find it. */
const TWIN_CONSTRAINT = 'recharge_transactions_pkey';
const MOST_ATTEMPTS = 5;
/** How long a write may be kept waiting by changes of the cache's epoch, in milliseconds. */
const EPOCH_PATIENCE = 10_000;

/**
 * The one way to change the database: the work runs in a transaction, and no answer that it made old is served after
 * the caller has heard of it.
 *
 * Locks are taken in this order, so that no two writes wait for each other in a circle: the cache's epoch, shared; the
 * idempotency key; the card's row; the card's open trip; rows that are unique for ever (transaction_id, reversal).
 * Accounts, routes and stations are never locked against other writers.
 */
@Injectable()
export class Writes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly marks: Marks,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param work checks and plans through the manager it is given; it may run several times.
   * @throws RequestInProgressError when a request with the same key is still running after the configured wait.
   */
  async run<Answer, Subject, Found = undefined>(
    options: WriteOptions<Subject, Found>,
    work: Work<Answer, Subject, Found>,
  ): Promise<Answer> {
    const begun = performance.now();
    let failures = 0;
    let polls = 0;
    let failedMarks = 0;
    for (;;) {
      try {
        return await this.attempt(options, work);
      } catch (error) {
        const waited = performance.now() - begun;
        if (error instanceof EpochTooYoungError || error instanceof MarkFailedError) {
          if (waited > EPOCH_PATIENCE) throw new DatabaseBusyError();
          if (error instanceof EpochTooYoungError) await sleep(error.waitMs);
          else await this.marks.recover((failedMarks += 1));
          continue;
        }
        if (error instanceof KeyInUse) {
          if (waited >= this.config.get('IDEMPOTENCY_WAIT_MS')) throw new RequestInProgressError();
          await pause((polls += 1));
          continue;
        }
        if (!isWorthAnotherAttempt(error) || (failures += 1) >= MOST_ATTEMPTS) throw error;
        await pause(failures);
      }
    }
  }

  /** The answer that is kept for the request, if any: for one that takes several transactions, before the first of them. */
  async findKept(request: RepeatableRequest): Promise<unknown> {
    if (!hasKey(request)) return null;
    const answer = await this.idempotencyKeys.find(this.dataSource.manager, request);
    if (answer !== null) request.replayed();
    return answer;
  }

  /** Keeps an answer that changes nothing for a repetition of the request, and answers what was kept first. */
  async keep<Answer>(request: RepeatableRequest, answer: Answer): Promise<Answer> {
    if (!hasKey(request)) return answer;
    return this.run({ evicts: NOTHING, request }, () => ({ answer, nothingToDo: true }));
  }

  private async attempt<Answer, Subject, Found>(
    options: WriteOptions<Subject, Found>,
    work: Work<Answer, Subject, Found>,
  ): Promise<Answer> {
    const { request } = options;
    const keyed = hasKey(request) ? request : null;
    const transaction = await WriteTransaction.open(
      this.dataSource,
      this.config.get('DATABASE_TRANSACTION_TIMEOUT_MS'),
    );
    let write: Progress | null = null;
    let answer: Answer;
    try {
      const { manager, client } = transaction;
      const look = async (): Promise<Found | undefined> => options.look?.(manager);
      const beginning = together([
        this.marks.begin(client),
        keyed && this.idempotencyKeys.take(manager, keyed),
      ]);
      if (!this.marks.expectsEntry) await beginning;
      const [begun, looked] = await Promise.allSettled([beginning, look()]);
      const [writer, stored] = valueOf(begun);
      if (keyed && stored !== null) {
        // Whatever became of the look: it may have been refused, and the transaction with it.
        await transaction.rollBack(null);
        keyed.replayed();
        return stored as Answer;
      }
      write = { writer, marking: null };
      const plan = await work(manager, valueOf(looked) as Found);
      answer = await this.perform(manager, write, options.evicts, keyed, plan);
      await transaction.commit();
    } catch (error) {
      const refusal = await transaction.rollBack(error);
      // A mark stays as long as its write may still commit: a reader who meets it will ask again.
      const mayCommit = write && transaction.mayHaveCommitted && (await this.marks.mayCommit(write.writer));
      if (write?.marking && !mayCommit) await this.marks.release(write.marking);
      throw refusal;
    }
    if (write.marking) await this.marks.release(write.marking);
    return answer;
  }

  private async perform<Answer, Subject>(
    manager: EntityManager,
    write: Progress,
    evicts: Eviction<Subject>,
    keyed: KeyedRequest | null,
    plan: Plan<Answer, Subject>,
  ): Promise<Answer> {
    if ('touches' in plan) write.marking = this.marks.mark(write.writer, evicts.keysFor(plan.touches));
    await together([
      'touches' in plan && plan.change?.(),
      keyed && this.idempotencyKeys.store(manager, keyed, plan.answer),
      write.marking?.done,
    ]);
    return plan.answer;
  }
}

const NOTHING: Eviction<never> = { templates: [], keysFor: () => [] };

/** How far a write has come. */
interface Progress {
  readonly writer: Writer;
  marking: Marking | null;
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** Longer from time to time, up to 100 ms, and never twice the same. */
async function pause(times: number): Promise<void> {
  await sleep(Math.min(5 * 2 ** times, 100) * (0.5 + Math.random()));
}

function hasKey(request: RepeatableRequest | null | undefined): request is KeyedRequest {
  return typeof request?.key === 'string';
}

function isWorthAnotherAttempt(error: unknown): boolean {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return true;
  return state === '23505' && violatedConstraint(error) === TWIN_CONSTRAINT;
}
