import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { matchesEtag } from './if-none-match';
import type { ReadResult } from './protocol/reader';

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * Sets status and headers of a reply to what was read, and returns its body.
 *
 * @throws NotFoundError for a cached 404, so that each caller gets a problem document of its own.
 */
export function prepareReply(
  reply: FastifyReply,
  request: FastifyRequest,
  { stored, source }: ReadResult,
): string | undefined {
  const { response, etag, createdAt } = stored;
  void reply
    .header('x-cache', source)
    .header('age', Math.max(0, Math.floor((Date.now() - createdAt) / 1_000)));
  if (response.status === 404) throw new NotFoundError(response.resource, response.id);
  if (response.status === 204) return withoutBody(reply, 204);
  // Only what can be asked for again by its ETag is worth keeping.
  void reply.header('cache-control', 'private, no-cache').header('etag', etag);
  if (matchesEtag(request.headers['if-none-match'], etag)) return withoutBody(reply, 304);
  // Fastify sends a string as it is, so the stored body is not serialized again.
  void reply.type(JSON_TYPE);
  return response.body;
}

export function withoutBody(reply: FastifyReply, status: 204 | 304): undefined {
  void reply.status(status);
  return undefined;
}
