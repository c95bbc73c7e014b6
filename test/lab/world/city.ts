import type { Reply } from '../../consistency/http-client';
import { toError } from '../../consistency/http-client';
import { Quantity } from '../../consistency/quantity';
import { valuesOf, NOTHING } from '../../consistency/subjects/subject';
import { View } from '../../consistency/view';
import type { CityName } from '../shapes';
import type { CityProcess } from './city-process';
import { Figures } from './figures';
import type { Hold, HoldRequest, Holds } from './holds';

type Headers = Readonly<Record<string, string>>;

/** A card, what was acknowledged of it, and what is read of it. */
export interface LabCard {
  readonly id: number;
  readonly balance: Quantity;
  readonly newest: Quantity;
  readonly balanceView: View;
  readonly historyView: View;
}

/** What became of a request that moves money; null when no answer came. */
export interface Done {
  readonly reply: Reply | null;
  /** The members of the answer that say what was done. */
  readonly body: { readonly recharge_id?: number; readonly new_balance?: number; readonly trip_id?: number };
}

/** A read and its answer. */
export interface Seen {
  readonly cache: string | null;
  readonly balance: number;
  readonly body: string;
  /** Milliseconds. */
  readonly took: number;
  readonly isStale: boolean;
}

/** Longer than anybody holds a request by hand. */
const TIMEOUT_MS = 120_000;

const PERSON = { first_name: 'Persona', last_name: 'Sintética' };

/** What the caller of a ride says, without its card. */
type RideBody = Readonly<Record<string, number>>;

/** One of the two cities: its processes, and the referee who reads from them and judges each read. */
export class City {
  /** Of the readers that run all the time. */
  traffic = new Figures();

  constructor(
    readonly name: CityName,
    readonly processes: readonly CityProcess[],
    readonly databaseUrl: string,
    private readonly holds: Holds,
    private readonly rideBody: RideBody,
  ) {}

  /** The process of this number, from 0; after the last comes the first. */
  process(number: number): CityProcess {
    const process = this.processes[number % this.processes.length];
    if (!process) throw new Error('a city has at least one process');
    return process;
  }

  /** Holds the next requests of this kind in a process. */
  hold(process: CityProcess, request: HoldRequest): Promise<Hold> {
    return this.holds.hold(process.name, request);
  }

  /** Lets go on whatever is held, in both cities. */
  releaseAll(): void {
    this.holds.releaseAll();
  }

  isHeardBy(process: CityProcess): boolean {
    return this.holds.isHeardBy(process.name);
  }

  /**
   * A new card with this balance. Nobody else knows of it.
   *
   * @param isPersonalised whether it has an owner, which in our city transfers need.
   */
  async createCard(balance: number, isPersonalised = false): Promise<LabCard> {
    const process = this.process(0);
    const owner = isPersonalised && this.name === 'ours' ? await this.post(process, '/users', PERSON) : {};
    const { card_id } = await this.post(
      process,
      '/cards',
      'user_id' in owner ? { user_id: owner.user_id } : {},
    );
    const card = labCardOf(Number(card_id));
    card.balance.acknowledge(0, 'its creation');
    if (balance > 0) await this.recharge(process, card, balance);
    return card;
  }

  /** Reads and judges. Returns what went wrong when no answer came, or none that shows something. */
  async read(
    process: CityProcess,
    view: View,
    figures: Figures,
    headers: Headers = {},
  ): Promise<Seen | string> {
    const floors = view.floors();
    const began = performance.now();
    process.requests += 1;
    const reply = await process.client
      .send({ method: 'GET', path: view.path, headers, timeoutMs: TIMEOUT_MS })
      .catch(toError);
    if (reply instanceof Error || !view.isAnswer(reply)) {
      figures.readFailed();
      return reply instanceof Error ? reply.message : `${reply.status} ${reply.body}`;
    }
    const took = performance.now() - began;
    figures.read({ isHit: reply.cache === 'HIT', took });
    const violations = view.judge(floors, reply, process.name);
    for (const violation of violations)
      figures.found(violation, { process: process.name, cache: reply.cache, began });
    const { balance = NaN } = JSON.parse(reply.body) as { balance?: number };
    return { cache: reply.cache ?? null, balance, body: reply.body, took, isStale: violations.length > 0 };
  }

  /** Recharges; what is acknowledged is what reads are held against from now on. */
  async recharge(process: CityProcess, card: LabCard, amount: number, headers: Headers = {}): Promise<Done> {
    const done = await this.pay(process, '/recharges', { card_id: card.id, amount }, headers);
    const { recharge_id, new_balance } = done.body;
    if (recharge_id === undefined || new_balance === undefined) return done;
    const by = `recharge ${recharge_id}`;
    card.balance.acknowledge(new_balance, by);
    card.newest.acknowledge(recharge_id, by);
    return done;
  }

  ride(process: CityProcess, card: LabCard): Promise<Done> {
    return this.pay(process, '/trips/complete', { card_id: card.id, ...this.rideBody }, {});
  }

  /** Reports taps as a validator does that had no connection. */
  tap(process: CityProcess, body: object): Promise<Done> {
    return this.pay(process, '/taps', body, {});
  }

  private async pay(process: CityProcess, path: string, body: object, headers: Headers): Promise<Done> {
    process.requests += 1;
    const reply = await process.client
      .send({
        method: 'POST',
        path,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
        timeoutMs: TIMEOUT_MS,
      })
      .catch(toError);
    if (reply instanceof Error) return { reply: null, body: {} };
    return { reply, body: reply.status < 300 ? (JSON.parse(reply.body) as Done['body']) : {} };
  }

  private async post(process: CityProcess, path: string, body: object): Promise<Record<string, unknown>> {
    const reply = await process.client.send({
      method: 'POST',
      path,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
      timeoutMs: TIMEOUT_MS,
    });
    if (reply.status !== 201)
      throw new Error(`${process.name} refused ${path}: ${reply.status} ${reply.body}`);
    return JSON.parse(reply.body) as Record<string, unknown>;
  }
}

function labCardOf(id: number): LabCard {
  const balance = new Quantity('balance');
  const newest = new Quantity('newest recharge');
  const balanceView = new View(
    `/cards/${id}/balance`,
    [balance],
    valuesOf<{ balance: number }>((body) => [body.balance], [NOTHING]),
  );
  const historyView = new View(
    `/cards/${id}/history`,
    [newest],
    valuesOf<{ history: readonly { recharge_id: number }[] }>(
      ({ history }) => [history[0]?.recharge_id ?? NOTHING],
      [NOTHING],
    ),
  );
  return { id, balance, newest, balanceView, historyView };
}

/** The key of a card's balance in the cache; both cities call it the same. */
export function balanceKeyOf({ id }: LabCard): string {
  return `card:${id}:balance`;
}
