import { InsufficientBalanceError } from '../../common/http/problem/card-errors';
import type { Dice, Urn } from '../../common/dice';
import { REFUSED } from '../service-traffic/service-client';
import type { Tally } from '../service-traffic/tally';
import type { WayPlanner } from '../../modules/trips/way-planner';
import { type Action, READS, type Targets } from './mixes';

/** A request as it is sent. */
export interface LoadRequest {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer as it came. */
export interface LoadResponse {
  readonly status: number;
  readonly body: string;
  /** X-Cache. */
  readonly source?: string | undefined;
}

const AMOUNTS = [5_000, 10_000, 20_000];

/** The requests of one connection, one after the other, with cards that no other connection uses. */
export class VirtualUser {
  private pending: { readonly operation: string; readonly since: number; readonly card: number } | null =
    null;
  private trip: { readonly trip_id: number; readonly disembarking_station_id: number } | null = null;
  private exit = 0;
  private cardWithoutMoney: number | null = null;
  private sent = 0;

  constructor(
    private readonly targets: Targets,
    private readonly ways: WayPlanner,
    private readonly urn: Urn<Action>,
    private readonly dice: Dice,
    private readonly tally: Tally,
    /** Begins the keys of its requests. */
    private readonly name: string,
  ) {}

  /** The next request. If the last one was not answered, it has failed. */
  next(): LoadRequest {
    if (this.pending) this.tally.recordFailure(`${this.pending.operation}: no answer`);
    const { cards } = this.targets;
    const card = this.cardWithoutMoney ?? cards[this.sent % cards.length] ?? 0;
    const request = this.requestOf(
      this.cardWithoutMoney === null ? this.urn.draw(this.dice) : 'recharge',
      card,
    );
    this.sent += 1;
    this.pending = { operation: request.operation, since: performance.now(), card };
    return request;
  }

  receive({ status, body, source }: LoadResponse): void {
    if (!this.pending) return;
    const { operation, since, card } = this.pending;
    this.pending = null;
    this.tally.recordLatency(operation, performance.now() - since, source);
    if (operation === 'alight') this.trip = null;
    if (operation === 'recharge') this.cardWithoutMoney = null;
    if (status < 300) {
      if (operation === 'board') this.boarded(body);
      return;
    }
    const code = codeOf(body);
    if (!REFUSED.includes(status)) return this.tally.recordFailure(`${operation}: ${status} ${code}`);
    this.tally.recordRefusal(`${operation}: ${status} ${code}`);
    if (code === InsufficientBalanceError.code) this.cardWithoutMoney = card;
  }

  private requestOf(action: Action, card: number): LoadRequest {
    if (action === 'ride')
      return this.trip ? this.write('alight', '/trips/end', this.trip) : this.board(card);
    if (action === 'recharge')
      return this.write('recharge', '/recharges', { card_id: card, amount: this.dice.pick(AMOUNTS) });
    return { operation: action, method: 'GET', path: READS[action](this.targets, this.dice) };
  }

  private board(card: number): LoadRequest {
    const [ride] = this.ways.draw();
    if (!ride) throw new RangeError('no route can be ridden');
    const { disembarking_station_id, ...from } = ride;
    this.exit = disembarking_station_id;
    return this.write('board', '/trips/start', { card_id: card, ...from });
  }

  private boarded(body: string): void {
    const { trip_id } = JSON.parse(body) as { trip_id: number };
    this.trip = { trip_id, disembarking_station_id: this.exit };
  }

  private write(operation: string, path: string, body: object): LoadRequest {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `${this.name}-${this.sent}` };
    return { operation, method: 'POST', path, headers, body: JSON.stringify(body) };
  }
}

/** The code of a problem document. */
function codeOf(body: string): string {
  try {
    return (JSON.parse(body) as { code?: string }).code ?? '';
  } catch {
    return '';
  }
}
