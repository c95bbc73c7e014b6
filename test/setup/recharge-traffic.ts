import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import { HttpClient, type Message, type Reply, toError } from '../consistency/http-client';
import { Quantity } from '../consistency/quantity';
import { valuesOf } from '../consistency/subjects/subject';
import { View, type Violation } from '../consistency/view';
import { connect } from '../builders/connect';
import { until } from './until';

const AMOUNT = 1_000;
const PAUSE_MS = 10;
const TIMEOUT_MS = 20_000;
const READERS_OF_A_CARD = 2;

/** A recharge that was answered 201. */
export interface Acknowledged {
  readonly cardId: number;
  readonly rechargeId: number;
  /** When it was first sent, and when it was acknowledged: milliseconds since 1970. */
  readonly sentAt: number;
  readonly acknowledgedAt: number;
}

/** How often something was refused, and the longest time without an answer, in milliseconds. */
interface Service {
  refused: number;
  silenceMs: number;
  answeredAt: number;
}

type Kind = 'reads' | 'writes';

/**
 * Recharges cards, one after the other each, and reads their balances meanwhile, through several processes. A recharge that is not
 * acknowledged is sent again with its key, to the next process, until it is. Each read is judged by both promises of the cache.
 */
export class RechargeTraffic {
  readonly acknowledged: Acknowledged[] = [];
  readonly violations: Violation[] = [];
  /** Answers that are neither what was asked for nor a refusal for now. */
  readonly failures: string[] = [];
  private readonly clients: readonly HttpClient[];
  private readonly services: Record<Kind, Service> = { reads: newService(), writes: newService() };
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    urls: readonly string[],
    private readonly cardIds: readonly number[],
  ) {
    this.clients = urls.map((url) => new HttpClient(Number(new URL(url).port)));
  }

  start(): void {
    const work = this.cardIds.flatMap((cardId, index) => {
      const balance = new Quantity(`balance of card ${cardId}`);
      balance.acknowledge(0, 'its creation');
      const view = new View(
        `/cards/${cardId}/balance`,
        [balance],
        valuesOf<{ balance: number }>((body) => [body.balance], [-Infinity]),
      );
      const readers = Array.from({ length: READERS_OF_A_CARD }, (_, reader) =>
        this.readOn(view, index + reader),
      );
      return [this.writeOn(cardId, balance, index), ...readers];
    });
    this.running = Promise.all(work);
    this.running.catch(() => undefined);
  }

  /** Resolves when every recharge that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.clients.forEach((client) => client.close());
  }

  /** Resolves when some recharges and reads that begin now have been answered. */
  async flows(): Promise<void> {
    const { reads, writes } = this.services;
    const begun = performance.now();
    const before = this.acknowledged.length;
    await until(
      'recharges are acknowledged',
      () => this.acknowledged.length >= before + 2 * this.cardIds.length,
    );
    await until('reads are answered', () => reads.answeredAt > begun && writes.answeredAt > begun);
  }

  /** Resolves when some reads that begin now have been answered. */
  async readsFlow(): Promise<void> {
    const begun = performance.now();
    await until('reads are answered', () => this.services.reads.answeredAt > begun + 2 * PAUSE_MS);
  }

  get refusedWrites(): number {
    return this.services.writes.refused;
  }

  get refusedReads(): number {
    return this.services.reads.refused;
  }

  /** What callers noticed since the last report. */
  report(): string {
    const parts = (['writes', 'reads'] as const).map((kind) => {
      const service = this.services[kind];
      const text = `${kind}: ${(service.silenceMs / 1_000).toFixed(1)} s without an answer, ${service.refused} refusals`;
      Object.assign(service, { refused: 0, silenceMs: 0 });
      return text;
    });
    return parts.join('; ');
  }

  /** What is wrong with the recharges of a database, each as a sentence. */
  async faultsIn(databaseUrl: string): Promise<string[]> {
    const client = await connect(databaseUrl);
    try {
      const faults: string[] = [];
      for (const id of this.cardIds) faults.push(...(await this.faultsOf(client, id)));
      return faults;
    } finally {
      await client.end();
    }
  }

  private async faultsOf(client: Client, cardId: number): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(
      'SELECT recharge_id::text AS id FROM recharges WHERE card_id = $1',
      [cardId],
    );
    const balances = await client.query<{ balance: string }>(
      'SELECT balance::text AS balance FROM cards WHERE card_id = $1',
      [cardId],
    );
    const stored = new Set(rows.map(({ id }) => Number(id)));
    const told = new Set(
      this.acknowledged.filter((one) => one.cardId === cardId).map(({ rechargeId }) => rechargeId),
    );
    const lost = [...told].filter((id) => !stored.has(id)).map((id) => `recharge ${id} is lost`);
    const doubled = [...stored].filter((id) => !told.has(id)).map((id) => `recharge ${id} is doubled`);
    const balance = Number(balances.rows[0]?.balance);
    const isRight = balance === told.size * AMOUNT;
    return [...lost, ...doubled, ...(isRight ? [] : [`card ${cardId} has ${balance}`])];
  }

  private async writeOn(cardId: number, balance: Quantity, index: number): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const sentAt = Date.now();
      const { recharge_id, new_balance } = await this.recharge(cardId, index);
      this.acknowledged.push({ cardId, rechargeId: recharge_id, sentAt, acknowledgedAt: Date.now() });
      balance.acknowledge(new_balance, `recharge ${recharge_id}`);
      await sleep(PAUSE_MS);
    }
  }

  private async recharge(cardId: number, index: number): Promise<RechargeResponse> {
    const key = randomUUID();
    const message = {
      method: 'POST',
      path: '/recharges',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ card_id: cardId, amount: AMOUNT }),
    };
    for (let attempt = 0; ; attempt += 1) {
      const reply = await this.ask('writes', message, index + attempt, [201]);
      if (reply) return JSON.parse(reply.body) as RechargeResponse;
      await sleep(5 * PAUSE_MS);
    }
  }

  private async readOn(view: View, index: number): Promise<void> {
    for (let turn = index; !this.stopping.signal.aborted; turn += 1) {
      const floors = view.floors();
      const reply = await this.ask('reads', { method: 'GET', path: view.path }, turn, [200]);
      if (reply) this.violations.push(...view.judge(floors, reply, `process ${turn % this.clients.length}`));
      await sleep(PAUSE_MS);
    }
  }

  /** Null when it was refused for now. */
  private async ask(
    kind: Kind,
    message: Omit<Message, 'timeoutMs'>,
    turn: number,
    answers: readonly number[],
  ): Promise<Reply | null> {
    const client = this.clients[turn % this.clients.length];
    if (!client) throw new Error('there is no process to ask');
    const reply = await client.send({ ...message, timeoutMs: TIMEOUT_MS }).catch(toError);
    const service = this.services[kind];
    if (!(reply instanceof Error) && answers.includes(reply.status)) {
      const now = performance.now();
      service.silenceMs = Math.max(service.silenceMs, now - service.answeredAt);
      service.answeredAt = now;
      return reply;
    }
    service.refused += 1;
    if (reply instanceof Error || !isForNow(reply))
      this.failures.push(
        `${message.method} ${message.path}: ${reply instanceof Error ? reply.message : `${reply.status} ${reply.body}`}`,
      );
    return null;
  }
}

function isForNow({ status, body }: Reply): boolean {
  return status === 503 || (status === 409 && body.includes('request_in_progress'));
}

function newService(): Service {
  return { refused: 0, silenceMs: 0, answeredAt: performance.now() };
}
