import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import type { SearchResults } from './dto/search.dto';
import { IS_PERSONAL } from './search-kind';

/** The trail need not remember who was shown only routes and stations, which everybody sees. */
@Injectable()
export class ImpersonalResults implements NestInterceptor<SearchResults> {
  intercept(context: ExecutionContext, next: CallHandler<SearchResults>): Observable<SearchResults> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      tap(({ results }) => {
        request.isImpersonal = !results.some(({ kind }) => IS_PERSONAL[kind]);
      }),
    );
  }
}
