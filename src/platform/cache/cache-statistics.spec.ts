import { CacheStatistics } from './cache-statistics';

describe(CacheStatistics.name, () => {
  it('counts sources by template and in all', () => {
    const statistics = new CacheStatistics();
    for (const source of ['HIT', 'HIT', 'MISS', 'BYPASS', 'STALE'] as const)
      statistics.countRead('card:{card_id}:balance', source);
    statistics.countRead('routes:codes', 'MISS');

    expect(statistics.byTemplate()).toEqual({
      'card:{card_id}:balance': { hits: 2, misses: 1, bypasses: 1, stale: 1 },
      'routes:codes': { hits: 0, misses: 1, bypasses: 0, stale: 0 },
    });
    expect(statistics.total()).toEqual({ hits: 2, misses: 2, bypasses: 1, stale: 1 });
  });

  it('counts why responses were not stored', () => {
    const statistics = new CacheStatistics();
    statistics.countRead('trips:total', 'BYPASS', 'write_under_way');
    statistics.countRead('trips:total', 'BYPASS', 'write_under_way');
    statistics.countRead('trips:total', 'BYPASS', 'not_trusted');
    statistics.countRead('trips:total', 'MISS');

    const none = { write_under_way: 0, loaded_elsewhere: 0, store_away: 0, not_trusted: 0 };
    expect(statistics.bypassReasonsOf('trips:total')).toEqual({
      ...none,
      write_under_way: 2,
      not_trusted: 1,
    });
    expect(statistics.bypassReasonsOf('network')).toEqual(none);
  });

  it('counts evictions, and increments the other counters', () => {
    const statistics = new CacheStatistics();
    statistics.countEvictions(3);
    statistics.countEvictions(2);
    statistics.increment('waits');

    expect(statistics.protocolCounts).toEqual({
      evictions: 5,
      fills_refused: 0,
      waits: 1,
      samples: 0,
      differences: 0,
    });
  });

  it('starts at 0', () => {
    expect(new CacheStatistics().total()).toEqual({ hits: 0, misses: 0, bypasses: 0, stale: 0 });
  });
});
