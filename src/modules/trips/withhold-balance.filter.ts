import { ArgumentsHost, Catch, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InsufficientBalanceError } from '../../common/http/problem/card-errors';
import { sendProblem } from '../../common/http/problem/problem.filter';

/**
 * Who may not ask for balances is not told the one of a card that cannot pay. A boarding that is refused leaves no row in the
 * trail, so a device could read one card after another.
 */
@Catch(InsufficientBalanceError)
export class WithholdBalance implements ExceptionFilter<InsufficientBalanceError> {
  catch(error: InsufficientBalanceError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const maySee = request.caller.scopes?.has('cards:balance') ?? true;
    const told = maySee ? error : new InsufficientBalanceError(error.required);
    sendProblem(told, request, http.getResponse<FastifyReply>());
  }
}
