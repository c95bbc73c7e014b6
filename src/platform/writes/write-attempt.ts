import type { Clock } from '../../common/time/clock';
import type { AuditTrail } from '../audit/audit-trail';
import { describeChanges } from '../audit/describe-changes';
import type { Marking, Marks, Writer } from '../cache/protocol/marks';
import { pipelined } from '../postgres/pipelined';
import type { Statement } from '../postgres/statement';
import type { IdempotencyKeys } from './idempotency-keys';
import type { Audited, Outcome, Plan, Work, WriteOptions } from './write-plan';
import { hasKey, type KeyedRequest } from './write-request';
import type { WriteTransaction } from './write-transaction';

interface Begun<Found> {
  readonly writer: Writer;
  /** The response that is stored under the idempotency key, or null. */
  readonly stored: unknown;
  readonly prefetched: PromiseSettledResult<Found>;
}

/**
 * What was committed before may wait for its standby no more, as after a restart of the primary. Only a transaction that has
 * written something waits for it, and for all that was written before.
 */
const CONFIRMATION: Statement = {
  text: `SELECT pg_logical_emit_message(true, 'travel-recharge', 'said again'::text)`,
  values: [],
};

/** One attempt at a write: it begins, replays a stored response or does the work, and commits; or it is abandoned. */
export class WriteAttempt<Response, Subject, Found> {
  private readonly keyed: KeyedRequest | null;
  private marking: Marking | null = null;

  constructor(
    private readonly transaction: WriteTransaction,
    private readonly marks: Marks,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    private readonly options: WriteOptions<Subject, Found>,
  ) {
    this.keyed = hasKey(options.request) ? options.request : null;
  }

  async run(work: Work<Response, Subject, Found>): Promise<Outcome<Response>> {
    let outcome: Outcome<Response>;
    try {
      const { writer, stored, prefetched } = await this.begin();
      if (stored !== null) {
        // The prefetch may have been refused, and the transaction with it.
        if (prefetched.status === 'rejected') await this.transaction.beginAgain();
        await this.commit([CONFIRMATION], writer);
        return { response: stored as Response, isReplay: true };
      }
      const plan = await work(this.transaction.manager, valueOf(prefetched));
      outcome = await this.carryOut(plan, writer);
    } catch (error) {
      throw await this.abandon(error);
    }
    // The caller does not wait: until the mark is released, readers load from the database.
    if (this.marking) await this.marks.releaseSoon(this.marking);
    return outcome;
  }

  /** The first message. */
  private async begin(): Promise<Begun<Found>> {
    const { manager, client } = this.transaction;
    const prefetch = async (): Promise<Found> => this.options.prefetch?.(manager) as Promise<Found>;
    const beginning = pipelined({
      writer: this.marks.begin(client),
      stored: this.keyed && this.idempotencyKeys.take(manager, this.keyed),
    });
    if (!this.marks.expectsEntry) await beginning;
    const [begun, prefetched] = await Promise.allSettled([beginning, prefetch()]);
    return { ...valueOf(begun), prefetched };
  }

  /** The marks, and beside them what has to be changed first; then the second message, with COMMIT. */
  private async carryOut(plan: Plan<Response, Subject>, writer: Writer): Promise<Outcome<Response>> {
    const { response } = plan;
    const changes = 'touches' in plan ? plan : null;
    if (changes) this.marking = this.marks.mark(writer, this.options.evicts.keysFor(changes.touches));
    await pipelined({ changed: changes?.change?.(), marked: this.marking?.done });
    await this.commit(
      [
        ...(changes?.statements ?? []),
        ...(this.keyed ? [this.idempotencyKeys.storing(this.keyed, response)] : []),
        ...this.ending(changes),
      ],
      writer,
    );
    return { response, isReplay: 'replay' in plan };
  }

  /** What a plan that changes nothing has to write, so that its caller can rely on what was committed before. */
  private ending(changes: { readonly audit: Audited | null } | null): Statement[] {
    if (!changes) return [CONFIRMATION];
    return changes.audit ? [this.remembering(changes.audit)] : [];
  }

  private async commit(statements: readonly Statement[], writer: Writer): Promise<void> {
    await this.transaction.commit(statements, () => this.marks.isInProgress(writer));
  }

  private remembering({ object, changes, reason }: Audited): Statement {
    return this.trail.recording({
      ...this.options.request.origin,
      occurredAt: this.clock.now(),
      object,
      outcome: 'changed',
      changes: describeChanges(changes),
      reason: reason ?? null,
    });
  }

  /** @returns what to throw for the error. */
  private async abandon(error: unknown): Promise<unknown> {
    const refusal = await this.transaction.rollBack(error);
    const { lateCommit } = this.transaction;
    if (lateCommit) void lateCommit.then(() => this.releaseUnlessUnderWay());
    else await this.releaseUnlessUnderWay();
    return refusal;
  }

  /** A mark stays as long as its write may still commit: a reader who meets it asks again. */
  private async releaseUnlessUnderWay(): Promise<void> {
    if (this.marking && !(await this.mayStillCommit(this.marking))) await this.marks.release(this.marking);
  }

  private async mayStillCommit({ writer }: Marking): Promise<boolean> {
    return this.transaction.mayHaveCommitted && (await this.marks.mayCommit(writer));
  }
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
