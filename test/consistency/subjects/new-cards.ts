import { Quantity } from '../quantity';
import { View } from '../view';
import type { WriteClient } from '../write-client';
import { type Subject, valuesOf } from './subject';

/** So many ids on both sides of the newest card are read. */
const AROUND = 5;

interface Watched {
  readonly id: number;
  readonly exists: Quantity;
  readonly view: View;
}

/** Cards that are not there yet, so that their 404 is cached, and that there are no two ways about once created. */
export class NewCards implements Subject {
  readonly weight = 8;
  readonly readsBetween = [2_500, 7_500] as const;
  readonly writers = 1;
  private watched: readonly Watched[] = [];

  /** @param newest the id of a card that is there. */
  constructor(private newest: number) {
    this.watch();
  }

  views(): readonly View[] {
    return this.watched.map(({ view }) => view);
  }

  async write(client: WriteClient): Promise<void> {
    await this.create(client);
  }

  /** The id of a new card; null when it is unknown whether there is one. */
  async create(client: WriteClient): Promise<number | null> {
    const done = await client.send({ method: 'POST', path: '/cards', body: {} });
    if (!done) return null;
    const { card_id: id } = done.body as { card_id: number };
    this.newest = Math.max(this.newest, id);
    this.watch();
    this.watched.find((watched) => watched.id === id)?.exists.acknowledge(1, `the creation of card ${id}`);
    return id;
  }

  private watch(): void {
    const ids = Array.from({ length: 2 * AROUND + 1 }, (_, index) => this.newest - AROUND + index);
    this.watched = ids
      .filter((id) => id > 0)
      .map((id) => this.watched.find((watched) => watched.id === id) ?? watchedOf(id));
  }
}

function watchedOf(id: number): Watched {
  const exists = new Quantity('existence');
  const view = new View(
    `/cards/${id}/balance`,
    [exists],
    valuesOf(() => [1], [0]),
  );
  return { id, exists, view };
}
