import { FastifyReply, FastifyRequest, LogController } from 'fastify';

/** One line for each request, when it has been answered. */
export class RequestLog extends LogController {
  override incomingRequest(): void {
    return;
  }

  /** The query is left out, since callers may put anything into it. */
  override requestCompleted(
    _error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const [path] = request.originalUrl.split('?');
    const milliseconds = Math.round(reply.elapsedTime * 100) / 100;
    const cache = reply.getHeader('x-cache');
    request.log.info(
      { method: request.method, path, status: reply.statusCode, milliseconds, cache },
      'answered',
    );
  }
}
