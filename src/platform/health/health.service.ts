import { Injectable } from '@nestjs/common';
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
import { UnansweredCommits } from '../postgres/unanswered-commits';
import { version } from '../../common/program/version';
import { DatabasePing, HealthResponse } from './dto/health-responses.dto';
import { Readiness } from './readiness';
import { succeedsWithin } from './succeeds-within';

/** A part that does not respond within this time counts as away. */
const RESPONSE_TIMEOUT_MS = 2_000;

/** Checks whether the service and its parts work. */
@Injectable()
export class HealthService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cache: CacheConnection,
    private readonly heartbeat: Heartbeat,
    private readonly unanswered: UnansweredCommits,
    private readonly readiness: Readiness,
  ) {}

  async overall(): Promise<HealthResponse> {
    const [database, cache] = await Promise.all([this.databaseAnswers(), this.cacheAnswers()]);
    if (!database) return healthOf('unhealthy', 'The database does not answer.');
    if (this.unanswered.refusesWrites) return this.withoutWrites();
    if (!cache) return healthOf('degraded', `${this.cacheComplaint()} All reads go to the database.`);
    return healthOf('healthy', 'The database and the cache answer.');
  }

  async database(): Promise<HealthResponse> {
    if (await this.databaseAnswers()) return healthOf('healthy', 'The database answers.');
    return healthOf('unhealthy', 'The database does not answer.');
  }

  async cacheServer(): Promise<HealthResponse> {
    if (await this.cacheAnswers()) return healthOf('healthy', 'The cache answers.');
    return healthOf('unhealthy', this.cacheComplaint());
  }

  live(): HealthResponse {
    return healthOf('healthy', 'The process is alive.');
  }

  async ready(): Promise<HealthResponse> {
    if (this.readiness.isLeaving) return healthOf('unhealthy', 'The service is stopping.');
    if (!(await this.databaseAnswers())) return healthOf('unhealthy', 'The database does not answer.');
    return this.unanswered.refusesWrites
      ? this.withoutWrites()
      : healthOf('healthy', 'The service takes requests.');
  }

  async pingDatabase(): Promise<DatabasePing> {
    if (!(await this.databaseAnswers())) throw new DatabaseAwayError();
    return { status: 'ok' };
  }

  /** Still ready: a balancer that took it away would take the reads away too, and all others are in the same case. */
  private withoutWrites(): HealthResponse {
    const { count } = this.unanswered;
    return healthOf(
      'degraded',
      `The database does not answer ${count} commits; writes are refused, reads are not.`,
    );
  }

  private cacheComplaint(): string {
    const { complaint } = this.cache;
    return complaint === null ? 'The cache does not answer.' : `The cache is not used: ${complaint}.`;
  }

  private async databaseAnswers(): Promise<boolean> {
    return succeedsWithin(RESPONSE_TIMEOUT_MS, this.askDatabase());
  }

  /**
   * If all connections are in use, the database is not away. Then the heartbeat is asked, which has its own connection.
   */
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
    return succeedsWithin(RESPONSE_TIMEOUT_MS, this.pingCache());
  }

  private async pingCache(): Promise<void> {
    const { session } = this.cache;
    if (!session) throw new CacheAwayError();
    await session.ping();
  }
}

function healthOf(status: HealthResponse['status'], message: string): HealthResponse {
  return { status, message, version };
}
