import { applyDecorators, Controller, Get, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
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

  /** Everything together: `degraded` and 200 while only the cache is away. */
  @Get('health')
  @Check()
  overall(): Promise<HealthAnswer> {
    return this.health.overall();
  }

  /** The database. */
  @Get('health/db')
  @Check()
  database(): Promise<HealthAnswer> {
    return this.health.database();
  }

  /** The cache. */
  @Get('health/cache')
  @Check()
  cacheServer(): Promise<HealthAnswer> {
    return this.health.cacheServer();
  }

  /** For an orchestrator: whether the process should be left running. */
  @Get('health/live')
  @ApiOkResponse({ type: HealthAnswer })
  live(): HealthAnswer {
    return this.health.live();
  }

  /** For an orchestrator: whether requests should be sent here; no longer once a stop was asked for. */
  @Get('health/ready')
  @Check()
  ready(): Promise<HealthAnswer> {
    return this.health.ready();
  }

  /** Whether the database answers. */
  @Get('ping-db')
  @ApiProblems({ 503: 'database_away' })
  pingDatabase(): Promise<DatabasePing> {
    return this.health.pingDatabase();
  }
}
