import fc from 'fast-check';
import { FeedPosition, parseEventId, toEventId } from './feed-position';

describe(FeedPosition.name, () => {
  it('looks for ids that were passed over, until their transactions must have ended', () => {
    const position = FeedPosition.behind([5, 6, 8], 0);
    expect([position.newest, position.awaited, position.floor]).toEqual([8, [7], 6]);

    position.advance([7, 10], 1_000);
    expect([position.newest, position.awaited, position.floor]).toEqual([10, [9], 8]);

    position.advance([], 20_000);
    expect([position.newest, position.awaited, position.floor]).toEqual([10, [], 10]);
  });

  it('awaits no more than it can look for', () => {
    const position = FeedPosition.behind([1], 0);
    position.advance([1_000_000], 0);

    expect(position.awaited.length).toBeLessThanOrEqual(1_000);
  });

  it('begins in an empty table', () => {
    const position = FeedPosition.behind([], 0);
    expect([position.newest, position.floor]).toEqual([0, 0]);
  });

  it('meets each id once, in whatever order transactions commit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60 }), (delays) => {
        const position = FeedPosition.behind([], 0);
        const seen: number[] = [];
        for (let tick = 0; tick < delays.length + 6; tick += 1) {
          const isCommitted = (id: number): boolean => id - 1 + (delays[id - 1] ?? 0) <= tick;
          const all = delays.map((_, index) => index + 1).filter((id) => id - 1 <= tick && isCommitted(id));
          const found = all.filter((id) => id > position.newest || position.awaited.includes(id));
          seen.push(...found);
          position.advance(found, tick);
        }
        expect(seen.toSorted((one, other) => one - other)).toEqual(delays.map((_, index) => index + 1));
      }),
      { seed: 20_261_128 },
    );
  });
});

describe(parseEventId.name, () => {
  it.each(['', 'nonsense', '1', '1.2.3', '-1.2', '1.9999999999999999', undefined])(
    'does not read %p',
    (text) => {
      expect(parseEventId(text)).toBeNull();
    },
  );

  it('reads what was made', () => {
    expect(parseEventId(toEventId({ trips: 7, recharges: 12 }))).toEqual({ trips: 7, recharges: 12 });
  });
});
