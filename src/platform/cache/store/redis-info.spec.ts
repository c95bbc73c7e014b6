import { RedisInfo } from './redis-info';

/** In the format of Redis. */
function info(fields: Readonly<Record<string, string | number>>): RedisInfo {
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}`);
  return new RedisInfo(
    ['# Server', ...lines, '', '# Keyspace', 'db0:keys=1,expires=0,avg_ttl=0', ''].join('\r\n'),
  );
}

const PRIMARY = {
  run_id: 'a'.repeat(40),
  master_replid: 'a'.repeat(40),
  redis_mode: 'standalone',
  cluster_enabled: '0',
  role: 'master',
  maxmemory_policy: 'noeviction',
};

describe(RedisInfo.name, () => {
  it('distinguishes the contents of one server from those of another, and from those after its restart', () => {
    const { contentsId } = info(PRIMARY);

    expect(info({ ...PRIMARY }).contentsId).toBe(contentsId);
    expect(info({ ...PRIMARY, run_id: 'b'.repeat(40) }).contentsId).not.toBe(contentsId);
    expect(info({ ...PRIMARY, master_replid: 'b'.repeat(40) }).contentsId).not.toBe(contentsId);
  });

  it.each(['noeviction', 'volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl'])(
    'trusts a primary with %s',
    (policy) => {
      expect(() => info({ ...PRIMARY, maxmemory_policy: policy }).requireTrustworthy()).not.toThrow();
    },
  );

  it.each(['allkeys-lru', 'allkeys-lfu', 'allkeys-random'])('does not trust one with %s', (policy) => {
    expect(() => info({ ...PRIMARY, maxmemory_policy: policy }).requireTrustworthy()).toThrow(
      `Redis has maxmemory-policy ${policy}: noeviction or volatile-* is needed`,
    );
  });

  it.each(['slave', 'sentinel'])('does not trust a %s', (role) => {
    expect(() => info({ ...PRIMARY, role }).requireTrustworthy()).toThrow(
      `Redis is a ${role}, not the primary`,
    );
  });

  it.each([{ cluster_enabled: 1 }, { redis_mode: 'cluster' }])(
    'does not trust a node of a cluster: %p',
    (fields) => {
      expect(() => info({ ...PRIMARY, ...fields }).requireTrustworthy()).toThrow(
        'Redis is a node of a cluster (cluster-enabled yes): one server is needed, or a primary with Sentinels',
      );
    },
  );

  it('does not trust a server that says nothing about itself', () => {
    expect(() => info({}).requireTrustworthy()).toThrow('does not say by INFO which server it is');
  });

  it('reads the figures, and 0 for those that a server does not have', () => {
    const figures = info({
      redis_version: '7.4.2',
      used_memory: 1_048_576,
      used_memory_human: '1.00M',
    }).figures();

    expect(figures).toMatchObject({
      redis_version: '7.4.2',
      used_memory: 1_048_576,
      used_memory_human: '1.00M',
      used_memory_peak: 0,
      keyspace_hits: 0,
      uptime_in_seconds: 0,
    });
  });
});
