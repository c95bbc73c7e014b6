import { applyDecorators, Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { WithoutDatabase } from '../postgres/heartbeat.interceptor';
import { DatabasePing, HealthAnswer } from './dto/health-answers.dto';
import { HealthInterceptor } from './health.interceptor';
import { HealthService } from './health.service';

/** A check, which is 503 with the same body when it fails. */
const Check = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(HealthInterceptor),
    ApiOkResponse({ type: HealthAnswer }),
    ApiServiceUnavailableResponse({
      type: HealthAnswer,
      description: 'unhealthy',
      example: { status: 'unhealthy', message: 'The database does not answer.', version: '1.0.0' },
    }),
  );

@ApiTags('health')
@WithoutDatabase()
@Controller()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  /**
   * Check the service.
   *
   * @remarks It asks the database and the cache. It is `degraded`, with 200, while only the cache is away.
   */
  @Get('health')
  @Public()
  @Check()
  overall(): Promise<HealthAnswer> {
    return this.health.overall();
  }

  /**
   * Check the database.
   *
   * @remarks It waits at most 2 seconds for the database.
   */
  @Get('health/db')
  @Public()
  @Check()
  database(): Promise<HealthAnswer> {
    return this.health.database();
  }

  /**
   * Check the cache server.
   *
   * @remarks It waits at most 2 seconds for Redis. The service works without it.
   */
  @Get('health/cache')
  @Public()
  @Check()
  cacheServer(): Promise<HealthAnswer> {
    return this.health.cacheServer();
  }

  /**
   * Check that the process is alive.
   *
   * @remarks An orchestrator restarts the process when this fails. It asks neither the database nor the cache.
   */
  @Get('health/live')
  @Public()
  @ApiOkResponse({ type: HealthAnswer })
  live(): HealthAnswer {
    return this.health.live();
  }

  /**
   * Check that the service takes requests.
   *
   * @remarks An orchestrator sends requests only while this is 200. It is 503 while the database is away, and
   * from the moment in which the service is told to stop.
   */
  @Get('health/ready')
  @Public()
  @Check()
  ready(): Promise<HealthAnswer> {
    return this.health.ready();
  }

  /**
   * Ping the database.
   *
   * @remarks It is `GET /health/db` in the form of the replaced service.
   */
  @Get('ping-db')
  @Public()
  @ApiProblems({ 503: 'database_away' })
  pingDatabase(): Promise<DatabasePing> {
    return this.health.pingDatabase();
  }
}
