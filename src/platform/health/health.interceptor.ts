import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable, tap } from 'rxjs';
import { HealthAnswer } from './dto/health-answers.dto';

const RETRY_AFTER_SECONDS = 2;

/** Sets the status 503 if the check failed, so that an orchestrator need not read the body. */
@Injectable()
export class HealthInterceptor implements NestInterceptor<HealthAnswer> {
  intercept(context: ExecutionContext, next: CallHandler<HealthAnswer>): Observable<HealthAnswer> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap(({ status }) => {
        if (status === 'unhealthy') void reply.status(503).header('retry-after', RETRY_AFTER_SECONDS);
      }),
    );
  }
}
