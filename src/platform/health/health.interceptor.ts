import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable, tap } from 'rxjs';
import { HealthResponse } from './dto/health-responses.dto';

const RETRY_AFTER_SECONDS = 2;

const IS_IN_SERVICE: Readonly<Record<HealthResponse['status'], boolean>> = {
  healthy: true,
  degraded: true,
  unhealthy: false,
};

/** Sets the status 503 if the service is unhealthy, so that an orchestrator need not read the body. */
@Injectable()
export class HealthInterceptor implements NestInterceptor<HealthResponse> {
  intercept(context: ExecutionContext, next: CallHandler<HealthResponse>): Observable<HealthResponse> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(({ status }) => {
        if (!IS_IN_SERVICE[status]) void reply.status(503).header('retry-after', RETRY_AFTER_SECONDS);
      }),
    );
  }
}
