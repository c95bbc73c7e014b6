import { randomUUID } from 'node:crypto';
import { aCard, aUser } from '../../builders/rides';
import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import { NOTHING, type Subject, valuesOf } from './subject';

interface Entry {
  readonly recharge_id: number;
  readonly reversed_at: string | null;
}

const AMOUNT = 5_000;

/** A card whose recharges are undone one after the other: what is once reversed stays so. */
export class Reversals implements Subject {
  readonly weight = 5;
  readonly readsBetween = [1_800, 5_400] as const;
  readonly writers = 1;
  private readonly newest = new Quantity('newest recharge');
  private readonly reversed = new Quantity('newest reversed recharge');
  private readonly all: readonly View[];

  private constructor(
    private readonly cardId: number,
    userId: number,
  ) {
    const quantities = [this.newest, this.reversed];
    const nothing = [NOTHING, NOTHING];
    this.all = [
      new View(
        `/cards/${cardId}/history`,
        quantities,
        valuesOf<{ history: readonly Entry[] }>(({ history }) => newestIn(history), nothing),
      ),
      new View(
        `/users/${userId}/recharges`,
        quantities,
        valuesOf<{ recharges: readonly Entry[] }>(({ recharges }) => newestIn(recharges), nothing),
      ),
    ];
  }

  static async create(service: { readonly url: string }): Promise<Reversals> {
    const user = await aUser(service);
    return new Reversals(await aCard(service, 0, user), user);
  }

  views(): readonly View[] {
    return this.all;
  }

  /** Each recharge is reversed before the next: the newest reversed one is always on the first page. */
  async write(client: WriteClient): Promise<void> {
    const recharged = await client.send({
      method: 'POST',
      path: '/recharges',
      body: { card_id: this.cardId, amount: AMOUNT },
      idempotencyKey: randomUUID(),
    });
    if (!recharged) return;
    const { recharge_id } = recharged.body as unknown as Entry;
    this.newest.acknowledge(recharge_id, `recharge ${recharge_id}`);
    const reversed = await client.send({
      method: 'POST',
      path: `/recharges/${recharge_id}/reversal`,
      body: { reason: 'Consistency check' },
      idempotencyKey: randomUUID(),
    });
    if (reversed) this.reversed.acknowledge(recharge_id, `the reversal of recharge ${recharge_id}`);
  }
}

function newestIn(entries: readonly Entry[]): readonly number[] {
  const reversed = entries.find(({ reversed_at }) => reversed_at !== null);
  return [entries[0]?.recharge_id ?? NOTHING, reversed?.recharge_id ?? NOTHING];
}
