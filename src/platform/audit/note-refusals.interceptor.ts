import { CallHandler, ExecutionContext, HttpStatus, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { DomainError } from '../../common/http/problem/domain-error';
import { AccessJournal } from './access-journal';

/** For operations that find out by themselves, in their transaction, that the caller may not do this: the trail notes it, too. */
@Injectable()
export class NoteRefusals implements NestInterceptor {
  constructor(private readonly journal: AccessJournal) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      tap({
        error: (error: unknown) => {
          if (error instanceof DomainError && error.status === (HttpStatus.FORBIDDEN as number))
            this.journal.refused(error, request);
        },
      }),
    );
  }
}
