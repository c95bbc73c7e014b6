import { STATUS_CODES } from 'node:http';
import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { withoutAuthority } from '../request-target';
import { translateDatabaseError } from './database-errors';
import { DomainError } from './domain-error';
import { Problem } from './problem.dto';

const CODES: Readonly<Record<number, string>> = {
  400: 'malformed_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'body_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
  503: 'unavailable',
};

/** Turns whatever was thrown into a problem document (RFC 9457); never SQL, a stack or a driver's words. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers a request with the problem document of an error, and logs what only we can mend. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = describe(error, request);
  if (problem.status === 500) request.log.error({ err: error }, 'request failed');
  const retryAfter =
    error instanceof DomainError ? error.retryAfter : translateDatabaseError(error)?.retryAfter;
  if (retryAfter) void reply.header('retry-after', retryAfter);
  void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

function describe(error: unknown, request: FastifyRequest): Problem {
  const known = error instanceof DomainError ? error : translateDatabaseError(error);
  if (known) return compose(known.status, known.code, known.message, request, known.members);
  const status = statusOf(error);
  const detail = status < 500 && error instanceof Error ? error.message : 'The service failed to answer.';
  return compose(status, CODES[status] ?? (status < 500 ? 'refused' : 'internal_error'), detail, request);
}

function compose(
  status: number,
  code: string,
  detail: string,
  request: FastifyRequest,
  members: Readonly<Record<string, unknown>> = {},
): Problem {
  return {
    type: `urn:travel-recharge:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: withoutAuthority(request.originalUrl),
    code,
    request_id: request.id,
    ...members,
  };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  return status !== undefined && status >= 400 && status < 600 ? status : 500;
}
