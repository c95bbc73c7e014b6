import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from './problem.dto';

interface ConnectionError extends Error {
  readonly code?: string;
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const MALFORMED: Refusal = { status: 400, code: 'malformed_request', detail: 'This is not HTTP.' };
/** By the code of Node's error. */
const REFUSALS: ReadonlyMap<string, Refusal> = new Map([
  ['HPE_HEADER_OVERFLOW', { status: 431, code: 'headers_too_large', detail: 'The headers are too large.' }],
  [
    'ERR_HTTP_REQUEST_TIMEOUT',
    { status: 408, code: 'request_timeout', detail: 'The request came too slowly.' },
  ],
]);

/** Answers what could not be read as a request with a problem document too, and hangs up. */
export function refuseMalformedHttp(error: ConnectionError, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    socket.write(answerOf(REFUSALS.get(error.code ?? '') ?? MALFORMED));
  }
  socket.destroy(error);
}

function answerOf({ status, code, detail }: Refusal): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const problem: Problem = {
    type: `urn:travel-recharge:problem:${code}`,
    title,
    status,
    detail,
    instance: '/',
    code,
    request_id: randomUUID(),
  };
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
