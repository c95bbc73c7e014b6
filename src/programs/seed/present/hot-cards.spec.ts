import type { Boarding } from '../history/events';
import type { World } from '../history/simulation';
import { HotCards } from './hot-cards';

const END = 1_000;

/** Which card came with each version, of cards of these statuses that were given up at these seconds. */
function cardsByVersion(
  cards: readonly (readonly [status: string, quitAt: number])[],
  debts: readonly Pick<Boarding, 'card' | 'at'>[],
): number[] {
  const riders = {
    count: cards.length,
    statusOf: (card: number) => cards[card]?.[0],
    quitAt: cards.map(([, at]) => at),
  };
  const world = { riders, timeline: { end: END } } as unknown as World;
  const hotCards = new HotCards(world, debts as Boarding[]);
  return Array.from({ length: hotCards.versionAt(END) }, (_, version) => hotCards.cardAt(version));
}

describe(HotCards, () => {
  it('has the cards that are blocked, lost or in debt, in the order in which they came', () => {
    const cards = [
      ['active', Infinity],
      ['lost', 700],
      ['blocked', 300],
      ['active', Infinity],
      ['inactive', 100],
    ] as const;
    expect(cardsByVersion(cards, [{ card: 3, at: 500 }])).toEqual([2, 3, 1]);
  });

  it.each([
    [600, [1, 0]],
    [200, [0, 1]],
  ])('has a card once that is in debt and was lost, from the first of both on: %d', (debtAt, expected) => {
    const cards = [
      ['lost', 700],
      ['blocked', 400],
    ] as const;
    expect(cardsByVersion(cards, [{ card: 0, at: debtAt }])).toEqual(expected);
  });
});
