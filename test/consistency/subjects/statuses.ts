import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../../src/common/dice';
import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import type { NewCards } from './new-cards';
import { type Subject, valuesOf } from './subject';

/** A card goes through these in this order, though some of the ways back are legal too. */
const SEQUENCE = ['active', 'inactive', 'blocked', 'lost'];
/** From this one on the hotlist has the card. */
const LISTED_FROM = SEQUENCE.indexOf('blocked');
const KEPT = 3;
const BETWEEN_MS = [20, 100] as const;

/** Cards whose status only goes forward; so they come onto the hotlist and stay there. */
export class Statuses implements Subject {
  readonly weight = 7;
  readonly readsBetween = [1_800, 5_400] as const;
  readonly writers = 1;
  private latest: readonly View[] = [];

  constructor(private readonly newCards: NewCards) {}

  views(): readonly View[] {
    return this.latest;
  }

  async write(client: WriteClient, dice: Dice): Promise<void> {
    const id = await this.newCards.create(client);
    if (id === null) return;
    const path = `/cards/${id}`;
    const status = new Quantity('status');
    status.acknowledge(0, `the creation of card ${id}`);
    const listed = new Quantity('listing');
    listed.acknowledge(0, `the creation of card ${id}`);
    this.watch(viewOf(path, status));
    for (const [rank, name] of [...SEQUENCE.entries()].slice(1)) {
      await sleep(dice.between(...BETWEEN_MS));
      const done = await client.send({ method: 'PATCH', path, body: { status: name }, isIdempotent: true });
      if (!done) return;
      status.acknowledge(rank, `card ${id} ${name}`);
      if (rank === 1) this.watch(listOf(String(done.body.card_number), listed));
      if (rank >= LISTED_FROM) listed.acknowledge(1, `card ${id} ${name}`);
      // An attempt that was given up may still come through: it must not undo a later status.
      if (done.wasRetried) return;
    }
  }

  private watch(view: View): void {
    this.latest = [view, ...this.latest].slice(0, 2 * KEPT);
  }
}

function listOf(card: string, listed: Quantity): View {
  const isThere = ({ add }: { add: readonly string[] }): readonly number[] => [add.includes(card) ? 1 : 0];
  return new View('/hotlist', [listed], valuesOf(isThere, [0]));
}

function viewOf(path: string, status: Quantity): View {
  const rankOf = (body: { status: string }): readonly number[] => [SEQUENCE.indexOf(body.status)];
  return new View(`${path}/balance`, [status], valuesOf(rankOf, [-1]));
}
