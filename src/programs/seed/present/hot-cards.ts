import type { Client } from 'pg';
import { sumOf } from '../../../modules/device-lists/list-checksum';
import type { Boarding } from '../history/events';
import type { World } from '../history/simulation';
import { copyRows } from '../load/copy';
import { cardNumber } from '../people/card-rows';

/** A card that validators must refuse, and since when. */
interface HotCard {
  readonly card: number;
  readonly at: number;
}

/** The hotlist of the demonstration city: the cards that are blocked or lost, and those in debt, with the versions at which they came. */
export class HotCards {
  private readonly cards: readonly HotCard[];

  constructor({ riders, timeline }: Pick<World, 'riders' | 'timeline'>, debts: Iterable<Boarding>) {
    const listedAt = new Map<number, number>();
    for (const { card, at } of debts) listedAt.set(card, at);
    for (let card = 0; card < riders.count; card += 1) {
      const status = riders.statusOf(card);
      if (status !== 'blocked' && status !== 'lost') continue;
      const at = Math.min(riders.quitAt[card] ?? 0, timeline.end);
      listedAt.set(card, Math.min(at, listedAt.get(card) ?? at));
    }
    const cards: HotCard[] = [...listedAt].map(([card, at]) => ({ card, at }));
    this.cards = cards.sort((one, other) => one.at - other.at || one.card - other.card);
  }

  /** Returns the version of the list at a second: how many cards had come until then. */
  versionAt(second: number): number {
    let [from, to] = [0, this.cards.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.cards[middle]?.at ?? 0) <= second) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Returns the card that came with the version after this one. */
  cardAt(version: number): number {
    return this.cards[version]?.card ?? 0;
  }

  /** Numbers what the rows of the cards have noted, so that the first reader need not do it. */
  async write(client: Client, { timeline }: Pick<World, 'timeline'>): Promise<void> {
    const numbers = this.cards.map(({ card }) => cardNumber(card + 1));
    await copyRows(
      client,
      'device_list_members',
      ['list', 'member', 'is_listed', 'version', 'changed_at'],
      numbers.map((number, n) => ['hotlist', number, true, n + 1, timeline.stamp(this.cards[n]?.at ?? 0)]),
    );
    await client.query(`DELETE FROM device_list_changes WHERE list = 'hotlist'`);
    await client.query(
      `UPDATE device_lists SET version = $1, members = $1, checksum = $2::numeric WHERE list = 'hotlist'`,
      [this.cards.length, sumOf(numbers).toString()],
    );
  }
}
