import { InsufficientBalanceError } from '../../common/http/problem/card-errors';
import type { PlannedRider, Tap } from './morning';
import type { ServiceClient } from '../service-traffic/service-client';
import type { PlannedRide } from '../../modules/trips/way-planner';

interface BoardingResponse {
  readonly trip_id: number;
  readonly is_transfer: boolean;
  readonly new_balance: number;
  readonly fare_explanation: { readonly base_price: number; readonly on_credit: boolean } | null;
}

/** What came of the taps. */
export interface RideCounts {
  boarded: number;
  transfers: number;
  onCredit: number;
  refused: number;
  recharges: number;
}

/** Before a fare is known, a careful rider recharges below this balance; in whole units of the currency. */
const USUAL_FARE = 4_000;
const AMOUNTS = [5_000, 10_000, 20_000];
/** The least recharge of the default channel is no more than this. */
const ROUNDED_TO = 1_000;

/** A synthetic rider with a card of its own, who does one thing after the other. */
export class Rider {
  private balance = 0;
  private fare = USUAL_FARE;
  private openTrip: { readonly trip_id: number; readonly disembarking_station_id: number } | null = null;
  private recharges = 0;
  private pending: Promise<void> = Promise.resolve();
  private freeSince = 0;

  private constructor(
    private readonly client: ServiceClient,
    private readonly rides: RideCounts,
    private readonly plan: PlannedRider,
    readonly cardId: number,
    /** Begins the keys of its requests. */
    private readonly name: string,
  ) {}

  /** Registers a person who doesn't exist, with a card and some money on it; null when that failed. */
  static async create(
    client: ServiceClient,
    rides: RideCounts,
    plan: PlannedRider,
    name: string,
  ): Promise<Rider | null> {
    const person = {
      first_name: 'Persona',
      last_name: `Sintética ${name}`,
      rider_category: plan.category ?? 'standard',
    };
    const user =
      plan.category === null
        ? null
        : await client.send<{ user_id: number }>('register', 'POST', '/users', person);
    if (plan.category !== null && !user?.ok) return null;
    const owner = user?.ok ? { user_id: user.body.user_id } : {};
    const card = await client.send<{ card_id: number }>('issue', 'POST', '/cards', owner);
    if (!card?.ok) return null;
    const rider = new Rider(client, rides, plan, card.body.card_id, name);
    if (plan.money > 0) await rider.recharge(plan.money);
    if (plan.isBlocked) await client.send('block', 'PATCH', `/cards/${rider.cardId}`, { status: 'blocked' });
    return rider;
  }

  /** Boards as soon as what the rider is doing is done. */
  board(tap: Tap, dueAt: number): void {
    this.queue(() => this.tapIn(tap, dueAt));
  }

  /** Gets off, if the rider is on a trip. */
  alight(): void {
    this.queue(() => this.tapOut());
  }

  async waitUntilIdle(): Promise<void> {
    await this.pending;
  }

  private queue(action: () => Promise<void>): void {
    this.pending = this.pending.then(action).finally(() => (this.freeSince = performance.now()));
    // A failure is thrown where the promise is awaited.
    this.pending.catch(() => undefined);
  }

  private async tapIn({ at, ride }: Tap, dueAt: number): Promise<void> {
    let since = Math.max(dueAt, this.freeSince);
    if (this.plan.isCareful && this.balance < this.fare) {
      await this.topUp();
      since = performance.now();
    }
    const { route_id, boarding_station_id } = ride;
    const boarding = { card_id: this.cardId, route_id, boarding_station_id };
    const key = `${this.name}-tap-${at}`;
    const answer = await this.client.send<BoardingResponse>('board', 'POST', '/trips/start', boarding, {
      key,
      since,
    });
    if (answer?.ok) this.recordBoarding(ride, answer.body);
    else if (answer) await this.recordRefusal(answer.code);
  }

  private recordBoarding(
    { disembarking_station_id }: PlannedRide,
    { trip_id, is_transfer, new_balance, fare_explanation }: BoardingResponse,
  ): void {
    this.openTrip = { trip_id, disembarking_station_id };
    this.balance = new_balance;
    this.fare = fare_explanation?.base_price ?? this.fare;
    this.rides.boarded += 1;
    if (is_transfer) this.rides.transfers += 1;
    if (fare_explanation?.on_credit) this.rides.onCredit += 1;
  }

  /** A rider who was refused for lack of money recharges before the next ride. */
  private async recordRefusal(code: string): Promise<void> {
    this.rides.refused += 1;
    if (code === InsufficientBalanceError.code) await this.topUp();
  }

  private async tapOut(): Promise<void> {
    const end = this.openTrip;
    this.openTrip = null;
    if (end) await this.client.send('alight', 'POST', '/trips/end', end);
  }

  private async topUp(): Promise<void> {
    const usual = AMOUNTS[this.recharges % AMOUNTS.length] ?? 0;
    const missing = Math.ceil((this.fare - this.balance) / ROUNDED_TO) * ROUNDED_TO;
    await this.recharge(Math.max(usual, missing));
  }

  private async recharge(amount: number): Promise<void> {
    this.recharges += 1;
    const key = `${this.name}-recharge-${this.recharges}`;
    const recharge = { card_id: this.cardId, amount };
    const answer = await this.client.send<{ new_balance: number }>(
      'recharge',
      'POST',
      '/recharges',
      recharge,
      {
        key,
      },
    );
    if (!answer?.ok) return;
    this.balance = answer.body.new_balance;
    this.rides.recharges += 1;
  }
}
