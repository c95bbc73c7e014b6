import { Injectable, OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CacheConnection } from '../cache/store/cache-session';
import { translateDatabaseError } from '../../common/http/problem/database-errors';
import {
  CacheAwayError,
  DatabaseAwayError,
  DatabaseBusyError,
} from '../../common/http/problem/service-errors';
import { Heartbeat } from '../postgres/heartbeat';
import { isUsedUp } from '../postgres/pool';
import { version } from '../../common/program/version';
import { DatabasePing, HealthAnswer } from './dto/health-answers.dto';
import { succeedsWithin } from './succeeds-within';

/** How long a part may take to answer, in milliseconds, before it counts as away. */
const PATIENCE = 2_000;

/** Whether the service and its parts can do their work. */
@Injectable()
export class HealthService implements OnModuleDestroy {
  private stopping = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly cache: CacheConnection,
    private readonly heartbeat: Heartbeat,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  async overall(): Promise<HealthAnswer> {
    const [database, cache] = await Promise.all([this.databaseAnswers(), this.cacheAnswers()]);
    if (!database) return answer('unhealthy', 'The database does not answer.');
    if (!cache) return answer('degraded', 'The cache does not answer; the database does its work.');
    return answer('healthy', 'The database and the cache answer.');
  }

  async database(): Promise<HealthAnswer> {
    if (await this.databaseAnswers()) return answer('healthy', 'The database answers.');
    return answer('unhealthy', 'The database does not answer.');
  }

  async cacheServer(): Promise<HealthAnswer> {
    if (await this.cacheAnswers()) return answer('healthy', 'The cache answers.');
    return answer('unhealthy', 'The cache does not answer.');
  }

  live(): HealthAnswer {
    return answer('healthy', 'The process is alive.');
  }

  async ready(): Promise<HealthAnswer> {
    if (this.stopping) return answer('unhealthy', 'The service is stopping.');
    if (await this.databaseAnswers()) return answer('healthy', 'The service takes requests.');
    return answer('unhealthy', 'The database does not answer.');
  }

  async pingDatabase(): Promise<DatabasePing> {
    if (!(await this.databaseAnswers())) throw new DatabaseAwayError();
    return { status: 'ok' };
  }

  private async databaseAnswers(): Promise<boolean> {
    return succeedsWithin(PATIENCE, this.askDatabase());
  }

  /** A database whose connections are all in use is not away: then the question asked beside the pool is listened to. */
  private async askDatabase(): Promise<void> {
    const isBusy = isUsedUp(this.dataSource) || (await this.isRefusedAsBusy());
    if (isBusy && !(await this.heartbeat.next())) throw new DatabaseAwayError();
  }

  private async isRefusedAsBusy(): Promise<boolean> {
    try {
      await this.dataSource.query('SELECT 1');
      return false;
    } catch (error) {
      if (translateDatabaseError(error) instanceof DatabaseBusyError) return true;
      throw error;
    }
  }

  private async cacheAnswers(): Promise<boolean> {
    return succeedsWithin(PATIENCE, this.pingCache());
  }

  private async pingCache(): Promise<void> {
    const { session } = this.cache;
    if (!session) throw new CacheAwayError();
    await session.ping();
  }
}

function answer(status: HealthAnswer['status'], message: string): HealthAnswer {
  return { status, message, version };
}
