import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Client } from 'pg';
import type { PostingKind } from '../../../modules/ledger/posting.entity';
import { FARE_COLUMNS, fareOf } from '../../../modules/trips/trip-fare';
import type { TripStatus } from '../../../modules/trips/trip-status';
import { Dice } from '../../../common/dice';
import type { DeviceReports } from '../present/device-reports';
import type { Boarding, HistoryEvent, Recharge, Reversal } from './events';
import { HistoryBatch } from './history-batch';
import type { Simulation, World } from './simulation';

/** The ids of the accounts. */
export interface Accounts {
  /** By channel. */
  readonly cash: ReadonlyMap<string, number>;
  /** By concessionaire. */
  readonly revenue: ReadonlyMap<number, number>;
  /** The account of card 1. The accounts of the other cards follow in the order of their ids. */
  readonly firstCard: number;
  /** Of what a card owes, by card. */
  readonly debts: ReadonlyMap<number, number>;
}

/** How many rows are collected before they are copied. As many more can be on their way to the server. */
const BATCH_ROWS = 60_000;
const REVERSAL_REASON = 'Pago duplicado en la aplicación';

/** Writes the events of a simulation as rows. Ids are in the order of time, except that of the trip in progress. */
export class HistoryWriter {
  trips = 0;
  openTrips = 0;
  recharges = 0;
  postings = 0;
  private batch = new HistoryBatch();
  private readonly dice: Dice;
  /** How many trips of each card were written. */
  private readonly boardings: Uint16Array;
  /** Recharges that will be reversed in the same minute, by card. */
  private readonly doublePayments = new Map<number, number>();

  constructor(
    private readonly client: Client,
    private readonly world: World,
    private readonly accounts: Accounts,
    private readonly reports: DeviceReports,
    /** How many trips each card has in total. */
    private readonly allBoardings: Uint16Array,
  ) {
    this.dice = new Dice(world.seed, 'vehicles');
    this.boardings = new Uint16Array(allBoardings.length);
  }

  /** Writes all events. The server copies one batch while the next one is made. */
  async write(simulation: Simulation, progress: (trips: number) => void): Promise<void> {
    let copying: Promise<void> = Promise.resolve();
    for (const events of simulation.minutes()) {
      for (const event of events) this.writeEvent(event);
      if (this.batch.size >= BATCH_ROWS) {
        await copying;
        copying = this.copyBatch();
        // An error is thrown where this promise is awaited.
        copying.catch(() => undefined);
        progress(this.trips);
      }
      await yieldToEventLoop();
    }
    await copying;
    await this.copyBatch();
    progress(this.trips);
  }

  private async copyBatch(): Promise<void> {
    const { batch } = this;
    this.batch = new HistoryBatch();
    await batch.copy(this.client);
  }

  private writeEvent(event: HistoryEvent): void {
    switch (event.kind) {
      case 'boarding':
        return this.writeTrip(event);
      case 'recharge':
        return this.writeRecharge(event);
      case 'reversal':
        return this.writeReversal(event);
    }
  }

  private writeTrip(event: Boarding): void {
    const { city, timeline } = this.world;
    const { at, card, trip: id, amount, balance, leg } = event;
    const route = city.route(leg.route);
    this.trips += 1;
    const boarded = timeline.stamp(at);
    const status = this.statusOf(event);
    const [exit, exitTime] =
      status === 'completed'
        ? [route.stops[leg.to]?.id, timeline.dateOf(at + event.ride).toISOString()]
        : ['\\N', '\\N'];
    const tap = event.debt > 0 ? this.reports.tapOf(event) : null;
    const vehicle = route.vehicles.first + this.dice.below(route.vehicles.count);
    const driver = route.drivers.first + this.dice.below(route.drivers.count);
    const crew = tap ? `${tap.device.vehicleId ?? '\\N'}\t\\N` : `${vehicle}\t${driver}`;
    const tapped = tap ? `${tap.device.id}\t${tap.sequence}` : '\\N\t\\N';
    this.batch.add(
      'trips',
      `${id}\t${card + 1}\t${route.id}\t${route.stops[leg.from]?.id}\t${exit}\t${crew}\t` +
        `${boarded}\t${exitTime}\t${status}\t${balance}\t${tapped}\t${toFareColumns(event)}\n`,
    );
    if (status === 'in_progress') {
      this.openTrips += 1;
      this.batch.add('open_trips', `${card + 1}\t${id}\t${boarded}\t${route.stops[leg.from]?.id}\n`);
    }
    if (amount === 0) return;
    this.lend(event, boarded);
    const revenue = this.accounts.revenue.get(route.concessionaireId) ?? 0;
    this.post('fare', this.accountOf(card), revenue, event, '\\N', id, boarded);
  }

  /** What a card lacks for a fare is lent to it before, so that the fare is posted whole. */
  private lend(event: Boarding, stamp: string): void {
    const { card, debt, amount, balance, version } = event;
    if (debt === 0) return;
    const lent = { ...event, amount: debt, balance: balance + amount, version: version - 1 };
    this.post(
      'debt',
      this.accounts.debts.get(card) ?? 0,
      this.accountOf(card),
      lent,
      '\\N',
      event.trip,
      stamp,
    );
  }

  /** A trip without a tap-out was closed by the card's next boarding. The last trip of a card always has a tap-out. */
  private statusOf({ at, card, ride, forgotten }: Boarding): TripStatus {
    const boardings = (this.boardings[card] ?? 0) + 1;
    this.boardings[card] = boardings;
    if (forgotten && boardings < (this.allBoardings[card] ?? 0)) return 'closed_without_exit';
    return at + ride > this.world.timeline.end ? 'in_progress' : 'completed';
  }

  private writeRecharge(event: Recharge): void {
    const { at, card, amount, balance, point, online } = event;
    const id = (this.recharges += 1);
    const stamp = this.world.timeline.stamp(at);
    const channel = online ? 'online' : 'default';
    const transaction = online ? `DEMO-${String(id).padStart(9, '0')}` : '\\N';
    this.batch.add(
      'recharges',
      `${id}\t${card + 1}\t${point}\t${channel}\t${amount}\t${balance}\t${transaction}\t${stamp}\n`,
    );
    if (online) this.batch.add('recharge_transactions', `${transaction}\t${id}\n`);
    if (event.reversed) this.doublePayments.set(card, id);
    this.post(
      'recharge',
      this.accounts.cash.get(channel) ?? 0,
      this.accountOf(card),
      event,
      id,
      '\\N',
      stamp,
    );
  }

  private writeReversal(event: Reversal): void {
    const recharge = this.doublePayments.get(event.card) ?? 0;
    this.doublePayments.delete(event.card);
    const stamp = this.world.timeline.stamp(event.at);
    const cash = this.accounts.cash.get('online') ?? 0;
    this.post('reversal', this.accountOf(event.card), cash, event, recharge, '\\N', stamp);
    this.batch.add('recharge_reversals', `${recharge}\t${this.postings}\t${REVERSAL_REASON}\t${stamp}\n`);
  }

  private post(
    kind: Exclude<PostingKind, 'opening' | 'adjustment'>,
    debit: number,
    credit: number,
    { card, amount, balance, version }: Boarding | Recharge | Reversal,
    recharge: number | string,
    trip: number | string,
    stamp: string,
  ): void {
    const id = (this.postings += 1);
    this.batch.add(
      'postings',
      `${id}\t${kind}\t${debit}\t${credit}\t${amount}\t${card + 1}\t${version}\t${balance}\t${recharge}\t${trip}\t${stamp}\n`,
    );
  }

  private accountOf(card: number): number {
    return this.accounts.firstCard + card;
  }
}

/** Returns the columns of the fare, as the service stores them for a boarding. */
function toFareColumns({ trip, fare, onCredit }: Boarding): string {
  const columns = fareOf(trip, fare, onCredit);
  return FARE_COLUMNS.map((column) => toText(columns[column])).join('\t');
}

function toText(value: string | number | boolean | Date | null): string {
  if (value === null) return '\\N';
  return value instanceof Date ? value.toISOString() : String(value);
}
