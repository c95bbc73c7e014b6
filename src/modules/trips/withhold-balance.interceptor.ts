import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable, throwError } from 'rxjs';
import { InsufficientBalanceError } from '../../common/http/problem/card-errors';

/**
 * Who may not ask for balances is not told the one of a card that cannot pay. A boarding that is refused leaves no row in the
 * trail, so a device could read one card after another.
 */
@Injectable()
export class WithholdBalance implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { scopes } = context.switchToHttp().getRequest<FastifyRequest>().caller;
    if (scopes?.has('cards:balance') ?? true) return next.handle();
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          throwError(() =>
            error instanceof InsufficientBalanceError ? new InsufficientBalanceError(error.required) : error,
          ),
        ),
      );
  }
}
