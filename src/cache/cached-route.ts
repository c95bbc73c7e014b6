import { PATH_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { RequestMethod, Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CacheKey } from './cache-key';
import type { Handler, HandlerMethod } from '../common/request/handlers';
import { queryParametersOf } from '../common/request/operation';
import type { CachedMetadata } from './cache.decorators';

type Parameters = Readonly<Record<string, string>>;

/** What `@Cached` says of an operation, compiled once. */
export class CachedRoute {
  readonly key: CacheKey;
  readonly mayBeStale: boolean;
  private readonly defaults: Parameters;

  /** @throws Error naming the operation when its key cannot be built from its requests. */
  constructor({ key, defaults = {}, mayBeStale = false }: CachedMetadata, handler: Handler) {
    requireKey(key, handler);
    this.key = key;
    this.defaults = defaults;
    this.mayBeStale = mayBeStale;
  }

  /** The key of a request; null when it asks for more than the key says, as a second page does: that isn't cached. */
  keyOf(request: FastifyRequest): string | null {
    const query = request.query as Parameters;
    for (const name in query) {
      if (!this.key.parameters.includes(name) || typeof query[name] !== 'string') return null;
    }
    return this.key.of(Object.assign({}, this.defaults, query, request.params));
  }
}

function requireKey(key: unknown, handler: Handler): void {
  const { controller, method } = handler;
  const operation = `${controller.name}.${method.name}`;
  if (!(key instanceof CacheKey)) throw new Error(`${operation} is cached without a key`);
  if (Reflect.getMetadata(METHOD_METADATA, method) !== RequestMethod.GET)
    throw new Error(`${operation} is cached, but is not a GET`);
  const known = [...pathParameters(controller), ...pathParameters(method), ...queryParametersOf(handler)];
  const unknown = key.parameters.filter((parameter) => !known.includes(parameter));
  if (unknown.length > 0)
    throw new Error(`${operation} is cached as ${key.template}, but has no parameter ${unknown.join(', ')}`);
}

/** In the path of a controller, or of an operation. */
function pathParameters(part: Type | HandlerMethod): string[] {
  const paths = [Reflect.getMetadata(PATH_METADATA, part) as string | string[]].flat();
  return paths.flatMap((path) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name));
}
