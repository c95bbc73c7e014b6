import { randomUUID } from 'node:crypto';
import type { Dice } from '../../../src/common/dice';
import { aCard, type Line } from '../../builders/rides';
import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import { NOTHING, type Subject, valuesOf } from './subject';

const CARDS = 2;
/** Enough for every ride of a long check. */
const BALANCE = 1_000_000_000;

interface Totals {
  readonly total_trips: number;
  readonly total_revenue: number;
}

interface Card {
  readonly id: number;
  readonly newest: Quantity;
}

/** Rides, and the totals that grow with them; nobody else may ride in this database. */
export class Trips implements Subject {
  readonly weight = 20;
  readonly readsBetween = [1_800, 5_400] as const;
  readonly writers = 1;
  private readonly count = new Quantity('trips');
  private readonly revenue = new Quantity('revenue');
  private readonly acknowledged = { trips: 0, revenue: 0 };
  private readonly all: readonly View[];

  private constructor(
    private readonly cards: readonly Card[],
    private readonly line: Line,
  ) {
    this.all = [...this.totals(), ...cards.map(viewOf)];
  }

  static async create(service: { readonly url: string }, line: Line): Promise<Trips> {
    const cards: Card[] = [];
    while (cards.length < CARDS)
      cards.push({ id: await aCard(service, BALANCE), newest: new Quantity('newest trip') });
    return new Trips(cards, line);
  }

  views(): readonly View[] {
    return this.all;
  }

  async write(client: WriteClient, dice: Dice): Promise<void> {
    const card = dice.pick(this.cards);
    const done = await client.send({
      method: 'POST',
      path: '/trips/complete',
      body: { card_id: card.id, ...this.line.ride },
      idempotencyKey: randomUUID(),
    });
    if (!done) return;
    const { trip_id, fare_amount } = done.body as { trip_id: number; fare_amount: number };
    const by = `trip ${trip_id}`;
    this.acknowledged.trips += 1;
    this.acknowledged.revenue += fare_amount;
    this.count.acknowledge(this.acknowledged.trips, by);
    this.revenue.acknowledge(this.acknowledged.revenue, by);
    card.newest.acknowledge(trip_id, by);
  }

  private totals(): View[] {
    const both = [this.count, this.revenue];
    return [
      new View(
        '/trips/total',
        both,
        valuesOf<Totals>((totals) => [totals.total_trips, totals.total_revenue], [NOTHING, NOTHING]),
      ),
      new View(
        '/trips/total/localities',
        both,
        valuesOf<{ localities: readonly Totals[] }>(
          ({ localities }) => [
            sum(localities.map(({ total_trips }) => total_trips)),
            sum(localities.map(({ total_revenue }) => total_revenue)),
          ],
          [NOTHING, NOTHING],
        ),
      ),
      new View(
        '/finance/revenue',
        [this.revenue],
        valuesOf<Totals>(({ total_revenue }) => [total_revenue], [NOTHING]),
      ),
      new View(
        '/finance/revenue/localities',
        [this.revenue],
        valuesOf<{ data: readonly Totals[] }>(
          ({ data }) => [sum(data.map(({ total_revenue }) => total_revenue))],
          [NOTHING],
        ),
      ),
    ];
  }
}

function viewOf({ id, newest }: Card): View {
  return new View(
    `/trips/card/${id}`,
    [newest],
    valuesOf<{ trips: readonly { trip_id: number }[] }>(
      ({ trips }) => [trips[0]?.trip_id ?? NOTHING],
      [NOTHING],
    ),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
