import { Tally } from './tally';

/** To three digits. */
const near = (value: number): unknown => expect.closeTo(value, 0);

describe(Tally.name, () => {
  it('tells the latencies that so many of all stayed below', () => {
    const tally = new Tally();
    for (let n = 100; n >= 1; n -= 1) tally.recordLatency('board', n);
    tally.recordLatency('alight', 7);
    expect(tally.operations).toEqual([
      ['board', { count: 100, p50: near(50), p95: near(95), p99: near(99), max: near(100) }],
      ['alight', { count: 1, p50: near(7), p95: near(7), p99: near(7), max: near(7) }],
    ]);
  });

  it('tells where answers came from', () => {
    const tally = new Tally();
    for (const source of ['MISS', 'HIT', 'HIT']) tally.recordLatency('balance', 1, source);
    tally.recordLatency('board', 1);
    expect(Object.fromEntries(tally.sourcesOf('balance'))).toEqual({ MISS: 1, HIT: 2 });
    expect(tally.sourcesOf('board').size).toBe(0);
  });

  it('counts refusals and failures by reason, the most frequent first', () => {
    const tally = new Tally();
    for (const reason of ['poor', 'open', 'poor']) tally.recordRefusal(reason);
    tally.recordFailure('away');
    expect(tally.refusedByReason).toEqual([
      ['poor', 2],
      ['open', 1],
    ]);
    expect(tally.failedByReason).toEqual([['away', 1]]);
  });
});
