import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { varyBy } from '../../common/http/vary';
import { LRUCache } from 'lru-cache';
import { GZIP_MARK } from './if-none-match';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether responses are compressed for callers that accept it. */
    readonly isCompressed?: boolean;
  }
}

/** There are few such responses, and each has one content at a time. */
const MOST_KEPT = 4;
const compress = promisify(gzip);

/**
 * Compresses the responses of the operations that say so, each content once: it is found again by its ETag. Must be called before
 * routes are registered.
 */
export function serveCompressed(server: FastifyInstance): void {
  const kept = new LRUCache<string, Promise<Buffer>>({ max: MOST_KEPT });
  const hook = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> => {
    const etag = String(reply.getHeader('etag') ?? '');
    if (!/^"/.test(etag)) return payload;
    varyBy(reply, 'Accept-Encoding');
    if (!acceptsGzip(request.headers['accept-encoding'])) return payload;
    void reply.header('etag', etag.replace(/"$/, `${GZIP_MARK}"`));
    if (typeof payload !== 'string' || payload === '') return payload;
    const known = kept.get(etag) ?? compress(payload);
    kept.set(etag, known);
    void reply.header('content-encoding', 'gzip').removeHeader('content-length');
    return known;
  };
  server.addHook('onRoute', (route) => {
    if (!route.config?.isCompressed) return;
    const others = [route.onSend ?? []].flat();
    // The route of HEAD is made from that of GET, which has the hook already.
    if (!others.includes(hook)) route.onSend = [...others, hook];
  });
}

/** Whether a caller accepts gzip (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((coding) => {
        const [name = '', weight] = coding.split(';').map((part) => part.trim());
        return [name, !/^q=0(\.0*)?$/.test(weight ?? '')] as const;
      }),
  );
  return codings.get('gzip') ?? codings.get('x-gzip') ?? codings.get('*') ?? false;
}
