import { pay } from '../../../modules/fares/engine/credit';
import { decideFare, type FareDecision } from '../../../modules/fares/engine/decide-fare';
import type { FareRules } from '../../../modules/fares/engine/fare-rules';
import { Dice, Urn } from '../../../common/dice';
import type { City } from '../network/city';
import type { Validators } from '../network/validators';
import { LONGEST_RIDE_SECONDS, mirrored, type Leg } from '../people/itineraries';
import { NEVER, type Riders } from '../people/riders';
import { CardCredits } from './card-credits';
import { CardHistories } from './card-histories';
import { CardStates } from './card-states';
import type { Demand } from './demand';
import type { Boarding, HistoryEvent } from './events';
import {
  EXAMPLE_CARDS,
  EXAMPLE_RECHARGE,
  FIRST_RECHARGE,
  OPEN_CARD,
  OPEN_TRIP_ID,
  exampleRides,
  type ExampleRide,
} from './example-rides';
import type { Timeline } from './timeline';

/** The city and the time of the history. */
export interface World {
  readonly seed: number;
  readonly city: City;
  readonly validators: Validators;
  readonly riders: Riders;
  readonly timeline: Timeline;
  readonly demand: Demand;
  readonly rules: FareRules;
}

/** The boarding of the second leg of a journey, in a later minute. */
interface Connection {
  readonly card: number;
  readonly leg: Leg;
}

const MINUTE = 60;
const HOUR = 3_600;
/** This is longer than a trip may stay open, so the next boarding closes it. */
const FORGOTTEN_TRIP_SECONDS = 3 * HOUR + 5 * MINUTE;
const FORGOTTEN_SHARE = 0.012;
const ONLINE_SHARE = 0.15;
const TOP_UPS_PER_BOARDING = 0.05;
const TOP_UP_BELOW = 60_000;
const DOUBLE_PAYMENT_SHARE = 0.02;
/** Debts are not older than this; until then riders who had one have paid it. */
const DEBTS_SECONDS = 30 * HOUR;
const RARE_RIDER_EVERY = 5;
const RARE_RIDER_SHARE = 0.2;
const CHOOSY_ATTEMPTS = 40;
const ATTEMPTS = 80;

const AMOUNTS = new Urn<number>([
  [30, 5_000],
  [32, 10_000],
  [9, 15_000],
  [19, 20_000],
  [5, 30_000],
  [5, 50_000],
]);
const ONLINE_AMOUNTS = new Urn<number>([
  [45, 10_000],
  [35, 20_000],
  [12, 50_000],
  [8, 100_000],
]);
const EXACT_FARE_SHARE = 0.12;
/** How often a rider who knows about the credit uses it and does not recharge. */
const ON_CREDIT_SHARE = 0.7;

/**
 * Simulates the history minute by minute: riders leave home and return, recharge when the balance is low, and board. The same
 * world always gives the same events. So a first run can count the rows that a second run will write.
 */
export class Simulation {
  readonly states: CardStates;
  readonly credits: CardCredits;
  private readonly histories: CardHistories;
  private readonly dice: Dice;
  private readonly connections = new Map<number, Connection[]>();
  private readonly examples: ExampleRide[];
  private events: HistoryEvent[] = [];
  private day = 0;
  private done = 0;

  constructor(private readonly world: World) {
    const { seed, city, riders, timeline, rules } = world;
    this.dice = new Dice(seed, 'history');
    this.states = new CardStates(riders.count);
    this.credits = new CardCredits(rules);
    this.histories = new CardHistories(riders.count, city, timeline, rules);
    this.examples = exampleRides(city, timeline);
    const daysBefore = timeline.days.length - 1;
    for (let card = 0; card < riders.count; card += 1) {
      this.states.freeFrom[card] =
        card < EXAMPLE_CARDS ? NEVER : timeline.dayStart(riders.firstDayOf(card, daysBefore));
    }
  }

  /** Returns the events of each minute, in the order of time. */
  *minutes(): Generator<readonly HistoryEvent[], void> {
    const { timeline } = this.world;
    for (let minute = 0; minute < timeline.minutes; minute += 1) {
      this.events = [];
      this.histories.forget(minute * MINUTE);
      this.simulateMinute(minute, minute * MINUTE, Math.min((minute + 1) * MINUTE, timeline.end));
      this.events.sort((a, b) => a.at - b.at);
      for (const event of this.events) if (event.kind === 'boarding') event.trip = this.assignTripId(event);
      yield this.events;
    }
  }

  private simulateMinute(minute: number, start: number, end: number): void {
    this.beginDay(start);
    if (minute === 0) this.rechargeFirst();
    const before = this.done;
    while ((this.examples[0]?.at ?? NEVER) < end) this.rideAsSet(this.examples.shift());
    const { demand } = this.world;
    // The fixed rides that are still to come count among the boardings of the history.
    const wanted = Math.min(demand.boardingsUntil(minute), demand.trips - this.examples.length);
    this.boardConnections(minute, start, end, wanted);
    while (this.done < wanted) {
      const at = start + this.dice.below(end - start);
      const card = this.findRider(start, at);
      if (card === null) break;
      this.startJourney(card, start, at);
    }
    if (end - start === MINUTE) this.topUp((this.done - before) * TOP_UPS_PER_BOARDING, start, end);
  }

  /** Every rider begins the day at home. */
  private beginDay(start: number): void {
    const day = this.world.timeline.dayOf(start);
    if (day === this.day) return;
    this.day = day;
    this.states.away.fill(0);
  }

  private rechargeFirst(): void {
    const { card, amount } = FIRST_RECHARGE;
    const { id: point } = this.dice.pick(this.world.city.rechargePoints.shops);
    this.recharge(card, 0, amount, { point, online: false, reversed: false });
  }

  private rideAsSet(example: ExampleRide | undefined): void {
    if (!example) return;
    const { card, leg, ride, at } = example;
    this.board(card, leg, at, at, { ride, forgotten: false });
  }

  /** Lets riders board the second route of a journey. If the minute already has enough boardings, they wait for the next one. */
  private boardConnections(minute: number, start: number, end: number, wanted: number): void {
    const due = this.connections.get(minute) ?? [];
    this.connections.delete(minute);
    const late = due.splice(Math.max(0, wanted - this.done));
    if (late.length > 0)
      this.connections.set(minute + 1, late.concat(this.connections.get(minute + 1) ?? []));
    for (const { card, leg } of due) this.rideLast(card, leg, start, start + this.dice.below(end - start));
  }

  private startJourney(card: number, start: number, at: number): void {
    const { city, riders } = this.world;
    const [first, second] = riders.legsOf(card);
    const away = this.states.away[card] === 1;
    this.states.away[card] = away ? 0 : 1;
    if (!second) {
      this.rideLast(card, away ? mirrored(city, first) : first, start, at);
      return;
    }
    const [now, later] = away ? [mirrored(city, second), mirrored(city, first)] : [first, second];
    const ride = this.drawRide(now);
    this.board(card, now, start, at, { ride, forgotten: false });
    this.states.freeFrom[card] = NEVER;
    const minute = Math.floor((at + ride) / MINUTE) + this.dice.between(3, 9);
    const waiting = this.connections.get(minute);
    if (waiting) waiting.push({ card, leg: later });
    else this.connections.set(minute, [{ card, leg: later }]);
  }

  /** Rides the last leg of a journey. The rider then stays at its end for a while. */
  private rideLast(card: number, leg: Leg, start: number, at: number): void {
    const ride = this.drawRide(leg);
    const forgotten = at > HOUR && this.dice.chance(FORGOTTEN_SHARE);
    this.board(card, leg, start, at, { ride, forgotten });
    const pause = forgotten ? FORGOTTEN_TRIP_SECONDS : ride + this.dice.between(40, 90) * MINUTE;
    this.states.freeFrom[card] = this.states.debts.has(card) ? NEVER : at + pause;
  }

  /** @param start the start of the minute. The rider may recharge between it and the boarding. */
  private board(
    card: number,
    leg: Leg,
    start: number,
    at: number,
    { ride, forgotten }: { ride: number; forgotten: boolean },
  ): void {
    const fare = this.decideFare(card, leg, at);
    const { amount } = fare;
    const debt = this.drawDebt(card, leg, amount, at);
    const onCredit = debt === 0 && this.pay(card, leg, fare, start, at);
    this.states.post(card, debt, at);
    const { balance, version } = this.states.post(card, -amount, at);
    this.states.lastBoarding[card] = at;
    this.states.boardings[card] = (this.states.boardings[card] ?? 0) + 1;
    this.done += 1;
    if (onCredit) this.credits.use(card, this.today, at, balance);
    const boarding: Boarding = {
      kind: 'boarding',
      trip: 0,
      at,
      card,
      amount,
      balance,
      version,
      leg,
      ride,
      forgotten,
      fare,
      onCredit,
      debt,
    };
    if (debt > 0) this.states.debts.set(card, boarding);
    this.events.push(boarding);
  }

  /** Returns what a card lacks that a validator without a connection accepts. From then on the card is on the hotlist. */
  private drawDebt(card: number, { route: index, from }: Leg, amount: number, at: number): number {
    const { city, riders, timeline, validators } = this.world;
    const missing = amount - this.states.balanceOf(card);
    if (missing <= 0 || !riders.ridesOnDebt(card)) return 0;
    if (at < timeline.end - DEBTS_SECONDS || at > timeline.end - LONGEST_RIDE_SECONDS) return 0;
    const route = city.route(index);
    return validators.at(route, route.stops[from]?.id ?? 0) ? missing : 0;
  }

  private decideFare(card: number, leg: Leg, at: number): FareDecision {
    const { rules, riders } = this.world;
    const profile = { personalised: riders.userOf[card] !== 0, category: riders.categoryOf(card) };
    const boarding = this.histories.toBoarding(leg, at);
    const fare = decideFare(rules, profile, this.histories.of(card), boarding);
    if (!fare) throw new Error(`no tariff holds on ${boarding.day}`);
    return fare;
  }

  /** Returns whether the card boards on credit. If it has neither money nor credit, it is recharged in the same minute. */
  private pay(
    card: number,
    leg: Leg,
    { amount, basePrice }: FareDecision,
    start: number,
    at: number,
  ): boolean {
    const moment = Math.max(start, at - this.dice.between(10, 50));
    if (card < EXAMPLE_CARDS && this.states.balanceOf(card) < EXAMPLE_RECHARGE.least)
      this.payIn(card, leg, moment, EXAMPLE_RECHARGE.amount, false);
    const balance = this.states.balanceOf(card);
    const payment = pay(amount, balance, balance < amount ? this.drawCredit(card) : 0);
    if (!payment.refused) return payment.onCredit;
    const online = this.world.riders.userOf[card] !== 0 && this.dice.chance(ONLINE_SHARE);
    const usual = online ? ONLINE_AMOUNTS.draw(this.dice) : this.drawAmount(basePrice);
    const least = Math.ceil(payment.shortfall / 1_000) * 1_000;
    this.payIn(card, leg, moment, usual >= payment.shortfall ? usual : least, online);
    return false;
  }

  /** Draws how many boardings on credit the rider accepts. */
  private drawCredit(card: number): number {
    const isWilling = this.world.riders.ridesOnCredit(card) && this.dice.chance(ON_CREDIT_SHARE);
    return isWilling ? this.credits.left(card, this.today) : 0;
  }

  private payIn(card: number, leg: Leg, at: number, amount: number, online: boolean): void {
    this.recharge(card, at, amount, { point: this.drawPoint(leg, online), online, reversed: false });
  }

  private recharge(
    card: number,
    at: number,
    amount: number,
    how: { point: number; online: boolean; reversed: boolean },
  ): void {
    const { balance, version } = this.states.post(card, amount, at);
    // A recharge that is reversed is reversed in the same minute, so it does not count.
    if (this.world.riders.ridesOnCredit(card) && !how.reversed)
      this.credits.recharged(card, this.today, balance);
    this.events.push({ kind: 'recharge', at, card, amount, balance, version, ...how });
  }

  /** Lets riders recharge online. Some of them pay twice by mistake, and the second payment is reversed. */
  private topUp(expected: number, start: number, end: number): void {
    const count = Math.floor(expected) + (this.dice.chance(expected % 1) ? 1 : 0);
    for (let n = 0; n < count; n += 1) {
      const card = this.dice.below(this.world.riders.count);
      if (!this.canTopUp(card, start, end)) continue;
      this.states.freeFrom[card] = end;
      const at = start + this.dice.below(20);
      const amount = ONLINE_AMOUNTS.draw(this.dice);
      const how = { point: this.world.city.rechargePoints.online.id, online: true };
      this.recharge(card, at, amount, { ...how, reversed: false });
      if (at < HOUR || this.states.balanceOf(card) < 0 || !this.dice.chance(DOUBLE_PAYMENT_SHARE)) continue;
      this.recharge(card, at + 8, amount, { ...how, reversed: true });
      const { balance, version } = this.states.post(card, -amount, at + 30);
      this.events.push({ kind: 'reversal', at: at + 30, card, amount, balance, version });
    }
  }

  private canTopUp(card: number, start: number, end: number): boolean {
    const { userOf, quitAt } = this.world.riders;
    return (
      userOf[card] !== 0 &&
      this.states.isFree(card, start) &&
      this.states.balanceOf(card) < TOP_UP_BELOW &&
      (quitAt[card] ?? 0) >= end
    );
  }

  /** Finds a rider who can begin a journey, or returns null. */
  private findRider(start: number, at: number): number | null {
    const { riders } = this.world;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const card = this.dice.below(riders.count);
      if (!this.canSetOut(card, start, at)) continue;
      if (attempt >= CHOOSY_ATTEMPTS || this.wantsToSetOut(card, at)) return card;
    }
    const first = this.dice.below(riders.count);
    for (let n = 0; n < riders.count; n += 1) {
      const card = (first + n) % riders.count;
      if (this.canSetOut(card, start, at)) return card;
    }
    return null;
  }

  private canSetOut(card: number, start: number, at: number): boolean {
    return this.states.isFree(card, start) && at < (this.world.riders.quitAt[card] ?? 0);
  }

  /** Most riders leave in the morning and return in the evening; some ride rarely. */
  private wantsToSetOut(card: number, at: number): boolean {
    if (card % RARE_RIDER_EVERY === 0 && !this.dice.chance(RARE_RIDER_SHARE)) return false;
    const hour = (at - this.world.timeline.dayStart(this.day)) / HOUR;
    const away = this.states.away[card] === 1;
    if (hour < 10) return !away || this.dice.chance(0.1);
    if (hour >= 15) return away || this.dice.chance(0.2);
    return true;
  }

  /** Gives the trip its id. Ids are in the order of time, because later fares depend on earlier trips. */
  private assignTripId({ card, leg, at, fare }: Boarding): number {
    return card === OPEN_CARD ? OPEN_TRIP_ID : this.histories.add(card, leg, at, fare);
  }

  private get today(): string {
    return this.world.timeline.days[this.day] ?? '';
  }

  private drawRide({ route, from, to }: Leg): number {
    const { schedule } = this.world.city.route(route);
    const scheduled = (schedule[to] ?? 0) - (schedule[from] ?? 0);
    const waited = this.dice.between(60, 420);
    return Math.min(LONGEST_RIDE_SECONDS, Math.round(waited + scheduled * (0.85 + 0.3 * this.dice.share())));
  }

  private drawAmount(fare: number): number {
    return this.dice.chance(EXACT_FARE_SHARE) ? fare * this.dice.between(1, 2) : AMOUNTS.draw(this.dice);
  }

  private drawPoint({ route, from }: Leg, online: boolean): number {
    const { city } = this.world;
    if (online) return city.rechargePoints.online.id;
    const counter = city.rechargePoints.at(city.route(route).stops[from]?.id ?? 0);
    return counter ?? this.dice.pick(city.rechargePoints.shops).id;
  }
}
