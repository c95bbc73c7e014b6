import { applyDecorators, Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Public } from '../access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { DatabaseAwayError } from '../../common/http/problem/service-errors';
import { WithoutDatabase } from '../postgres/database-reads';
import { DatabasePing, HealthResponse } from './dto/health-responses.dto';
import { HealthInterceptor } from './health.interceptor';
import { HealthService } from './health.service';

/** Documents a health check. If it fails, the status is 503 and the body has the same form. */
const HealthCheck = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(HealthInterceptor),
    ApiOkResponse({ type: HealthResponse }),
    ApiServiceUnavailableResponse({
      type: HealthResponse,
      description: 'The check failed.',
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
   * @remarks Use it for a monitor or a dashboard. It asks the database and the cache, each for at most 2 seconds.
   * While only the cache is away, or only writes are refused, the status is 200 and the body says `degraded`.
   */
  @Get('health')
  @Public()
  @HealthCheck()
  overall(): Promise<HealthResponse> {
    return this.health.overall();
  }

  /**
   * Check the database.
   *
   * @remarks Use it to find out which part is away. It waits at most 2 seconds for the database.
   */
  @Get('health/db')
  @Public()
  @HealthCheck()
  database(): Promise<HealthResponse> {
    return this.health.database();
  }

  /**
   * Check the cache server.
   *
   * @remarks Use it to find out which part is away. It waits at most 2 seconds for Redis. The service works without
   * Redis, only slower.
   */
  @Get('health/cache')
  @Public()
  @HealthCheck()
  cacheServer(): Promise<HealthResponse> {
    return this.health.cacheServer();
  }

  /**
   * Check that the process is alive.
   *
   * @remarks Use it as the liveness probe of an orchestrator, which restarts the process if it fails. It asks neither
   * the database nor the cache.
   */
  @Get('health/live')
  @Public()
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return this.health.live();
  }

  /**
   * Check that the service takes requests.
   *
   * @remarks Use it as the readiness probe of an orchestrator, which sends requests only while this is 200. It is
   * 503 while the database is away, and from the moment when the service is told to stop. While the database answers
   * no commits, because its standby is away, the status is 200 and the body says `degraded`: writes are refused, and
   * reads are not.
   */
  @Get('health/ready')
  @Public()
  @HealthCheck()
  ready(): Promise<HealthResponse> {
    return this.health.ready();
  }

  /**
   * Ping the database.
   *
   * @remarks It does the same as `GET /health/db`, in the form of the replaced service. New programs should use
   * `GET /health/db`.
   */
  @Get('ping-db')
  @Public()
  @ApiProblems(DatabaseAwayError)
  pingDatabase(): Promise<DatabasePing> {
    return this.health.pingDatabase();
  }
}
