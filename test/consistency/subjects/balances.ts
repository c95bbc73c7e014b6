import { randomUUID } from 'node:crypto';
import type { Dice } from '../../../src/common/dice';
import { aCard, aUser } from '../../builders/rides';
import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import { NOTHING, type Subject, valuesOf } from './subject';

const CARDS_PER_USER = 2;
const LARGEST_RECHARGE = 50_000;

interface Card {
  readonly id: number;
  readonly balance: Quantity;
  readonly newest: Quantity;
}

interface Recharges {
  readonly recharges: readonly { recharge_id: number }[];
}

/** A rider's cards, which are only ever recharged: their balances rise, and their lists grow. */
export class Balances implements Subject {
  readonly weight = 60;
  readonly readsBetween = [900, 2_700] as const;
  readonly writers = 2;
  private readonly all: readonly View[];

  private constructor(
    private readonly cards: readonly Card[],
    private readonly newestOfUser: Quantity,
    userId: number,
  ) {
    const ofUser = [
      new View(
        `/users/${userId}/recharges`,
        [newestOfUser],
        valuesOf<Recharges>(({ recharges }) => [newestIn(recharges)], [NOTHING]),
      ),
      new View(
        `/users/${userId}/card-balance`,
        cards.map(({ balance }) => balance),
        valuesOf<{ cards: readonly { card_id: number; balance: number }[] }>(
          (body) => cards.map(({ id }) => body.cards.find((card) => card.card_id === id)?.balance ?? NOTHING),
          cards.map(() => NOTHING),
        ),
      ),
    ];
    const balances = cards.map(balanceOf);
    // What is asked for most.
    this.all = [...balances, ...balances, ...cards.map(historyOf), ...ofUser];
  }

  static async create(service: { readonly url: string }): Promise<Balances> {
    const user = await aUser(service);
    const cards: Card[] = [];
    while (cards.length < CARDS_PER_USER) {
      const id = await aCard(service, 0, user);
      const card = { id, balance: new Quantity('balance'), newest: new Quantity('newest recharge') };
      card.balance.acknowledge(0, 'its creation');
      cards.push(card);
    }
    return new Balances(cards, new Quantity('newest recharge of the user'), user);
  }

  views(): readonly View[] {
    return this.all;
  }

  async write(client: WriteClient, dice: Dice): Promise<void> {
    const card = dice.pick(this.cards);
    const amount = dice.between(1, LARGEST_RECHARGE);
    const done = await client.send({
      method: 'POST',
      path: '/recharges',
      body: { card_id: card.id, amount },
      idempotencyKey: randomUUID(),
    });
    if (!done) return;
    const { recharge_id, new_balance } = done.body as { recharge_id: number; new_balance: number };
    const by = `recharge ${recharge_id}`;
    card.balance.acknowledge(new_balance, by);
    card.newest.acknowledge(recharge_id, by);
    this.newestOfUser.acknowledge(recharge_id, by);
  }
}

function balanceOf({ id, balance }: Card): View {
  return new View(
    `/cards/${id}/balance`,
    [balance],
    valuesOf<{ balance: number }>((body) => [body.balance], [NOTHING]),
  );
}

function historyOf({ id, newest }: Card): View {
  return new View(
    `/cards/${id}/history`,
    [newest],
    valuesOf<{ history: Recharges['recharges'] }>(({ history }) => [newestIn(history)], [NOTHING]),
  );
}

function newestIn(recharges: Recharges['recharges']): number {
  return recharges[0]?.recharge_id ?? NOTHING;
}
