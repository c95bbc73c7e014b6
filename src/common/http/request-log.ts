import { FastifyReply, FastifyRequest, LogController } from 'fastify';
import { withoutAuthority } from './request-target';

/** One line for each request, when it has been answered. */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    return;
  }

  override requestCompleted(
    _error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    logResponse(request, reply);
  }
}

/** The query is left out, since callers may put anything into it. */
export function logResponse(request: FastifyRequest, reply: FastifyReply): void {
  const [path] = withoutAuthority(request.originalUrl).split('?');
  const milliseconds = Math.round(reply.elapsedTime * 100) / 100;
  const cache = reply.getHeader('x-cache');
  request.log.info(
    { method: request.method, path, status: reply.statusCode, milliseconds, cache },
    'answered',
  );
}
