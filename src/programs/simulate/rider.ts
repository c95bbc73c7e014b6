import { InsufficientBalanceError } from '../../common/http/problem/card-errors';
import type { PlannedRider, Tap } from './morning';
import type { ServiceClient } from '../service-traffic/service-client';
import type { PlannedRide } from '../../modules/trips/way-planner';

interface Boarded {
  readonly trip_id: number;
  readonly is_transfer: boolean;
  readonly new_balance: number;
  readonly fare_explanation: { readonly base_price: number; readonly on_credit: boolean } | null;
}

/** What came of the taps. */
export interface Rides {
  boarded: number;
  transfers: number;
  onCredit: number;
  refused: number;
  recharges: number;
}

/** A careful rider pays in below this, before any fare is known; in whole units of the currency. */
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
  private doing: Promise<void> = Promise.resolve();
  private freeSince = 0;

  private constructor(
    private readonly client: ServiceClient,
    private readonly rides: Rides,
    private readonly plan: PlannedRider,
    readonly cardId: number,
    /** Begins the keys of its requests. */
    private readonly name: string,
  ) {}

  /** Registers a person who doesn't exist, with a card and some money on it; null when that failed. */
  static async create(
    client: ServiceClient,
    rides: Rides,
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

  async rest(): Promise<void> {
    await this.doing;
  }

  private queue(action: () => Promise<void>): void {
    this.doing = this.doing.then(action).finally(() => (this.freeSince = performance.now()));
    // It is thrown where it is awaited.
    this.doing.catch(() => undefined);
  }

  private async tapIn({ at, ride }: Tap, dueAt: number): Promise<void> {
    let since = Math.max(dueAt, this.freeSince);
    if (this.plan.isCareful && this.balance < this.fare) {
      await this.payIn();
      since = performance.now();
    }
    const { route_id, boarding_station_id } = ride;
    const boarding = { card_id: this.cardId, route_id, boarding_station_id };
    const key = `${this.name}-tap-${at}`;
    const answer = await this.client.send<Boarded>('board', 'POST', '/trips/start', boarding, { key, since });
    if (answer?.ok) this.boarded(ride, answer.body);
    else if (answer) await this.refused(answer.code);
  }

  private boarded(
    { disembarking_station_id }: PlannedRide,
    { trip_id, is_transfer, new_balance, fare_explanation }: Boarded,
  ): void {
    this.openTrip = { trip_id, disembarking_station_id };
    this.balance = new_balance;
    this.fare = fare_explanation?.base_price ?? this.fare;
    this.rides.boarded += 1;
    if (is_transfer) this.rides.transfers += 1;
    if (fare_explanation?.on_credit) this.rides.onCredit += 1;
  }

  /** Who was refused for money pays in, for the next time. */
  private async refused(code: string): Promise<void> {
    this.rides.refused += 1;
    if (code === InsufficientBalanceError.code) await this.payIn();
  }

  private async tapOut(): Promise<void> {
    const end = this.openTrip;
    this.openTrip = null;
    if (end) await this.client.send('alight', 'POST', '/trips/end', end);
  }

  private async payIn(): Promise<void> {
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
