import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { DomainError } from './domain-error';
import type { Problem } from './problem.dto';

/** What Node.js says of a connection that it can't read. */
export interface ConnectionError extends Error {
  readonly code?: string;
}

/** What came is no request that can be read. */
export class MalformedHttpError extends DomainError {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** By the code of Node's error. */
const REFUSALS: Readonly<Record<string, readonly [status: number, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'body_too_large', 'The extensions of a chunk are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request came too slowly.'],
};

/** What a connection error is answered with. */
export function malformedHttp({ code = '' }: ConnectionError): MalformedHttpError {
  return new MalformedHttpError(...(REFUSALS[code] ?? [400, 'malformed_request', 'This is not HTTP.']));
}

/** Answers what could not be read as a request with a problem document too, logs that, and hangs up. */
export function refuseMalformedHttp(
  error: ConnectionError,
  socket: Socket,
  logger: Logger,
  id: string,
): void {
  const { status, code, message } = malformedHttp(error);
  logger.info({ reqId: id, status, code, cause: error.code }, 'answered');
  socket.write(answerOf(status, code, message, id));
  socket.destroySoon();
}

function answerOf(status: number, code: string, detail: string, id: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const problem: Problem = {
    type: `urn:travel-recharge:problem:${code}`,
    title,
    status,
    detail,
    instance: '/',
    code,
    request_id: id,
  };
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${id}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
