import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a request of the lab's API is answered with when it cannot be done. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** No command is as long. */
const MOST_BYTES = 4_096;

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

export function sendProblem(response: ServerResponse, { status, message }: ApiError): void {
  response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify({ status, detail: message })}\n`);
}

/** @throws ApiError for what is not a JSON object, or too large. */
export async function readJson(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  // Only a page that asks first (CORS) can send this type.
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new ApiError(415, 'the body must be application/json');
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) throw new ApiError(413, 'the body is too large');
  }
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new ApiError(400, 'the body must be a JSON object');
  return body as Readonly<Record<string, unknown>>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, 'the body is not JSON');
  }
}
