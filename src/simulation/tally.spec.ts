import { Tally } from './tally';

describe(Tally.name, () => {
  it('tells the latencies that so many of all stayed below', () => {
    const tally = new Tally();
    for (let n = 100; n >= 1; n -= 1) tally.answered('board', n);
    tally.answered('alight', 7);
    expect(tally.operations).toEqual([
      ['board', { count: 100, p50: 50, p95: 95, p99: 99, most: 100 }],
      ['alight', { count: 1, p50: 7, p95: 7, p99: 7, most: 7 }],
    ]);
  });

  it('counts refusals and failures by reason, the most frequent first', () => {
    const tally = new Tally();
    for (const reason of ['poor', 'open', 'poor']) tally.refused(reason);
    tally.failed('away');
    expect(tally.refusedByReason).toEqual([
      ['poor', 2],
      ['open', 1],
    ]);
    expect(tally.failedByReason).toEqual([['away', 1]]);
  });
});
