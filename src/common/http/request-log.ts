import { FastifyReply, FastifyRequest, LogController } from 'fastify';
import type { LoggedPaths } from './logged-paths';
import { traceIdOf } from './trace-context';

/** The responses that prove that what a path names exists: it was read, or its state conflicts with the request. */
const isProof = (status: number): boolean => status < 400 || status === 409;

/** One line for each request, when it has been answered. */
export class RequestLog extends LogController {
  constructor(private readonly paths: LoggedPaths) {
    super();
  }

  override incomingRequest(): void {
    return;
  }

  override requestCompleted(
    _error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    this.answered(request, reply);
  }

  /** What callers can write freely is left out: the query, headers, and whatever in the path is not the service's. */
  answered({ log, method, originalUrl, is404, raw }: FastifyRequest, reply: FastifyReply): void {
    const { statusCode: status } = reply;
    // A preflight is answered whatever its path is.
    const isFound = !is404 && isProof(status);
    const path = this.paths.write(originalUrl, isFound);
    const milliseconds = Math.round(reply.elapsedTime * 100) / 100;
    const cache = reply.getHeader('x-cache');
    log.info({ trace_id: traceIdOf(raw), method, path, status, milliseconds, cache }, 'answered');
  }
}
