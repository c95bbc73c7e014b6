import { InsufficientBalanceError } from '../../common/http/problem/card-errors';
import type { PlannedRider, Tap } from './morning';
import type { ServiceClient } from '../service-traffic/service-client';
import type { ShownCard, Validator } from './offline/validator';
import type { Validators } from './offline/validators';
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
  /** Accepted by validators that had no connection. */
  letIn: number;
}

/** How a rider is on the way: on a trip that is known, or let in by a validator that has not said so yet. */
type Journey =
  | { readonly trip_id: number; readonly ride: PlannedRide }
  | { readonly validator: Validator; readonly ride: PlannedRide };

/** Before a fare is known, a careful rider recharges below this balance; in whole units of the currency. */
const USUAL_FARE = 4_000;
const AMOUNTS = [5_000, 10_000, 20_000];
/** The least recharge of the default channel is no more than this. */
const ROUNDED_TO = 1_000;

/** A synthetic rider with a card of its own, who does one thing after the other. */
export class Rider {
  /** Whether a validator without a connection has let the rider in. */
  wasLetIn = false;
  private balance = 0;
  private fare = USUAL_FARE;
  private journey: Journey | null = null;
  private recharges = 0;
  private pending: Promise<void> = Promise.resolve();
  private freeSince = 0;

  private constructor(
    private readonly client: ServiceClient,
    private readonly rides: RideCounts,
    private readonly plan: PlannedRider,
    /** Null: all gates ask the service. */
    private readonly validators: Validators | null,
    readonly cardId: number,
    private readonly cardNumber: string,
    /** Begins the keys of its requests. */
    private readonly name: string,
  ) {}

  /** Registers a person who doesn't exist, with a card and some money on it; null when that failed. */
  static async create(
    client: ServiceClient,
    rides: RideCounts,
    plan: PlannedRider,
    validators: Validators | null,
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
    const card = await client.send<{ card_id: number; card_number: string }>(
      'issue',
      'POST',
      '/cards',
      owner,
    );
    if (!card?.ok) return null;
    const { card_id, card_number } = card.body;
    const rider = new Rider(client, rides, plan, validators, card_id, card_number, name);
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
    const validator = this.validators?.at(route_id, boarding_station_id);
    if (validator?.isAway) return this.showCard(validator, ride);
    const boarding = { card_id: this.cardId, route_id, boarding_station_id };
    const key = `${this.name}-tap-${at}`;
    const answer = await this.client.send<BoardingResponse>('board', 'POST', '/trips/start', boarding, {
      key,
      since,
    });
    if (answer?.ok) this.recordBoarding(ride, answer.body);
    else if (answer) await this.recordRefusal(answer.code);
  }

  /** Who is refused for a debt recharges before the next ride, which pays it. */
  private async showCard(validator: Validator, ride: PlannedRide): Promise<void> {
    if (validator.letIn(this.shownAt(ride, ride.boarding_station_id))) {
      this.journey = { validator, ride };
      this.balance -= this.fare;
      this.rides.letIn += 1;
      this.wasLetIn = true;
      return;
    }
    this.rides.refused += 1;
    if (!this.plan.isBlocked) await this.topUp();
  }

  private shownAt({ route_id }: PlannedRide, station_id: number): ShownCard {
    return { card_number: this.cardNumber, route_id, station_id };
  }

  private recordBoarding(
    ride: PlannedRide,
    { trip_id, is_transfer, new_balance, fare_explanation }: BoardingResponse,
  ): void {
    this.journey = { trip_id, ride };
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
    const { journey } = this;
    this.journey = null;
    if (!journey) return;
    const { disembarking_station_id } = journey.ride;
    if ('trip_id' in journey) {
      const { trip_id } = journey;
      await this.client.send('alight', 'POST', '/trips/end', { trip_id, disembarking_station_id });
      return;
    }
    // In a bus the same device; behind a gate another one, if there is one.
    const { route_id } = journey.ride;
    const validator = journey.validator.isInVehicle
      ? journey.validator
      : this.validators?.at(route_id, disembarking_station_id);
    validator?.letOut(this.shownAt(journey.ride, disembarking_station_id));
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
