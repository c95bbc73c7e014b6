import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../src/common/dice';
import { type Reply, toError } from './http-client';
import { type Member, TROUBLES } from './member';
import type { Tally } from './tally';

/** A caller that gets no answer in this time asks another process, while the first may still be at work. */
const TIMEOUT_MS = 3_000;
const PAUSE_MS = 50;
/** A write may wait for the locks of a process in trouble, and be refused, for so long after. */
const RECOVERY_MS = 10_000;

export interface Write {
  readonly method: 'POST' | 'PATCH';
  readonly path: string;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes the write one that may be sent again; left out, a lost answer is the end of it. */
  readonly idempotencyKey?: string;
  /** Whether it may be sent again without a key, as what it does twice is what it does once. */
  readonly isIdempotent?: boolean;
}

/** An acknowledged write: its answer, and whether earlier attempts had been lost. */
export interface Acknowledged {
  readonly body: Readonly<Record<string, unknown>>;
  readonly wasRetried: boolean;
}

/** Sends writes to processes at random, and again to another when the answer is lost. */
export class WriteClient {
  constructor(
    private readonly members: readonly Member[],
    private readonly dice: Dice,
    private readonly tally: Tally,
    /** After it, nothing is tried again. */
    private readonly giveUp: AbortSignal,
  ) {}

  /** Null when it was refused, or when it is unknown what became of it. */
  async send(write: Write): Promise<Acknowledged | null> {
    const isRepeatable = write.idempotencyKey !== undefined || write.isIdempotent === true;
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.attempt(write);
      if (reply && reply.status < 300) {
        this.tally.writes.acknowledged += 1;
        const body = JSON.parse(reply.body) as Acknowledged['body'];
        return { body, wasRetried: attempt > 1 };
      }
      if (reply && !isLost(reply)) {
        this.tally.writes.refused += 1;
        this.tally.failed(`${write.method} ${write.path}: ${reply.status} ${reply.body}`, 0);
        return null;
      }
      if (!isRepeatable || this.giveUp.aborted) {
        this.tally.writes.unknown += 1;
        return null;
      }
      this.tally.writes.retried += 1;
      await sleep(PAUSE_MS);
    }
  }

  /** Null when no answer came. */
  private async attempt({ method, path, body, headers, idempotencyKey }: Write): Promise<Reply | null> {
    const running = this.members.filter((member) => !member.isDown);
    if (running.length === 0) return null;
    const member = this.dice.pick(running);
    const began = performance.now();
    const reply = await member.client
      .send({
        method,
        path,
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          ...headers,
          ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
        },
        timeoutMs: TIMEOUT_MS,
      })
      .catch(toError);
    const took = performance.now() - began;
    const what = `${method} ${path} to ${member.name}`;
    if (reply instanceof Error || reply.status >= 500) {
      const complaint = reply instanceof Error ? reply.message : `${reply.status} ${reply.body}`;
      if (!this.isExcused(reply, member, began)) this.tally.failed(`${what}: ${complaint}`, took);
      return reply instanceof Error ? null : reply;
    }
    // Whoever is in trouble may hold a lock that this write waited for.
    if (!this.members.some((other) => wasInTrouble(other, began))) this.tally.tookTo('write', what, took);
    return reply;
  }

  private isExcused(reply: Reply | Error, member: Member, began: number): boolean {
    if (reply instanceof Error && member.had('killed', began)) return true;
    const isRefusedInOrder = reply instanceof Error || reply.status === 503;
    return isRefusedInOrder && this.members.some((other) => wasInTrouble(other, began - RECOVERY_MS));
  }
}

/** Its transactions may hold locks that others wait for. */
function wasInTrouble(member: Member, since: number): boolean {
  return TROUBLES.some((trouble) => member.had(trouble, since));
}

/** Whether it may have been done all the same, or will be if it is asked for again. */
function isLost({ status, body }: Reply): boolean {
  return status >= 500 || (status === 409 && body.includes('request_in_progress'));
}
