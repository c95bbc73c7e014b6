import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { SECURITY_HEADERS } from '../security-headers';
import { newTraceId } from '../trace-context';
import { DomainError } from './domain-error';
import { problemDocument } from './problem-document';
import type { ProblemCode } from './problem-types';

/** The error that Node.js gives for a connection that it cannot read. */
export interface ConnectionError extends Error {
  readonly code?: string;
}

/** The bytes that came cannot be read as a request. */
export class MalformedHttpError extends DomainError {}

/** By the code of Node's error. */
const REFUSALS: Readonly<Record<string, readonly [code: ProblemCode, detail: string]>> = {
  HPE_HEADER_OVERFLOW: ['headers_too_large', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['body_too_large', 'The extensions of a chunk are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['request_timeout', 'The request came too slowly.'],
};

/** Returns the refusal for a connection error. */
export function malformedHttp({ code = '' }: ConnectionError): MalformedHttpError {
  return new MalformedHttpError(...(REFUSALS[code] ?? ['malformed_request', 'This is not HTTP.']));
}

/**
 * Sends a problem document for bytes that cannot be read as a request, logs it, and closes the connection. Returns what it was
 * refused with.
 */
export function refuseMalformedHttp(
  error: ConnectionError,
  socket: Socket,
  logger: Logger,
  id: string,
): MalformedHttpError {
  const refusal = malformedHttp(error);
  const { status, code } = refusal;
  const traceId = newTraceId();
  logger.info({ reqId: id, trace_id: traceId, status, code, cause: error.code }, 'answered');
  socket.write(answerOf(refusal, id, traceId));
  socket.destroySoon();
  return refusal;
}

function answerOf(
  { status, code, message: detail }: MalformedHttpError,
  requestId: string,
  traceId: string,
): string {
  const body = JSON.stringify(problemDocument({ code, detail, instance: '/', requestId, traceId }));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `X-Request-Id: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
