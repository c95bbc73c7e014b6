import { DataSource } from 'typeorm';
import { MemoryConnection } from '../cache/store/memory-session';
import { Heartbeat } from '../postgres/heartbeat';
import { UnansweredCommits } from '../postgres/unanswered-commits';
import { HealthService } from './health.service';
import { Readiness } from './readiness';

describe(HealthService.name, () => {
  it('is not ready once a stop was asked for, but alive until the end', async () => {
    const readiness = new Readiness();
    const health = new HealthService(
      new DataSource({ type: 'postgres' }),
      new MemoryConnection(),
      new Heartbeat(750),
      new UnansweredCommits(1),
      readiness,
    );
    readiness.leave();

    expect(await health.ready()).toMatchObject({ status: 'unhealthy', message: 'The service is stopping.' });
    expect(health.live()).toMatchObject({ status: 'healthy' });
  });
});
