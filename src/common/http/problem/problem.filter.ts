import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { withoutAuthority } from '../request-target';
import { traceIdOf } from '../trace-context';
import { translateDatabaseError } from './database-errors';
import { DomainError } from './domain-error';
import { problemDocument } from './problem-document';
import { PROBLEM_TYPES, type ProblemCode } from './problem-types';

declare module 'fastify' {
  interface FastifyRequest {
    /** The code of the problem that it was answered with; null: none yet. */
    problem: ProblemCode | null;
  }
}

/** Codes for the refusals of Fastify and Nest, by their status. */
const CODES: ReadonlyMap<number, ProblemCode> = new Map(
  (
    ['not_found', 'body_too_large', 'uri_too_long', 'unsupported_media_type', 'headers_too_large'] as const
  ).map((code) => [PROBLEM_TYPES[code].status, code]),
);

/** Turns every error into a problem document (RFC 9457), which never contains SQL, a stack or a message of the driver. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Sends the problem document of an error, and logs the errors that only the operator or a developer can mend. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { code, detail, members } = describe(error);
  const { status, retryAfter } = PROBLEM_TYPES[code];
  request.problem = code;
  if (code === 'internal_error') logFailure(error, request);
  if (retryAfter) void reply.header('retry-after', retryAfter);
  const instance = withoutAuthority(request.originalUrl);
  const traceId = traceIdOf(request.raw);
  const problem = problemDocument({ code, detail, instance, requestId: request.id, traceId, members });
  void reply.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The line about a fault that only the operator or a developer can mend. */
export function logFailure(error: unknown, { log, raw }: FastifyRequest): void {
  log.error({ err: error, trace_id: traceIdOf(raw) }, 'request failed');
}

/** What a caller may know about an error. */
interface Description {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

function describe(error: unknown): Description {
  const known = error instanceof DomainError ? error : translateDatabaseError(error);
  if (known) return { code: known.code, detail: known.message, members: known.members };
  const status = statusOf(error);
  if (status >= 500 || !(error instanceof Error))
    return { code: 'internal_error', detail: 'The service failed to answer.' };
  return { code: CODES.get(status) ?? 'malformed_request', detail: sentence(error.message) };
}

/** Fastify's messages have no full stop. */
function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as Partial<FastifyError> | null)?.statusCode;
  return status !== undefined && status >= 400 && status < 600 ? status : 500;
}
