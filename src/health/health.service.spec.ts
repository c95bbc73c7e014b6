import { createCache } from 'cache-manager';
import { DataSource } from 'typeorm';
import { MemoryCacheStore, MemoryConnection } from '../cache/memory-cache-store';
import { HealthService } from './health.service';

describe(HealthService.name, () => {
  it('is not ready once a stop was asked for, but alive until the end', async () => {
    const memory = new MemoryConnection();
    const cache = new MemoryCacheStore(createCache({ stores: [memory.keyv] }), memory);
    const health = new HealthService(new DataSource({ type: 'postgres' }), cache);
    health.onModuleDestroy();

    expect(await health.ready()).toMatchObject({ status: 'unhealthy', message: 'The service is stopping.' });
    expect(health.live()).toMatchObject({ status: 'healthy' });
  });
});
