import { PATH_METADATA, METHOD_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RequestMethod, Type } from '@nestjs/common';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { getMetadataStorage } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { CacheKey } from './cache-key';
import type { CachedMetadata } from './cache.decorators';

type Parameters = Readonly<Record<string, string>>;
type Handler = (...parameters: unknown[]) => unknown;

/** What `@Cached` says of an operation, compiled once. */
export class CachedRoute {
  readonly key: CacheKey;
  readonly mayBeStale: boolean;
  private readonly defaults: Parameters;
  private readonly dayParameter: string | undefined;

  /** @throws Error naming the operation when its key cannot be built from its requests. */
  constructor(
    { key, defaults = {}, today, mayBeStale = false }: CachedMetadata,
    controller: Type,
    handler: Handler,
  ) {
    requireKey(key, controller, handler);
    this.key = key;
    this.defaults = defaults;
    this.dayParameter = today;
    this.mayBeStale = mayBeStale;
  }

  /**
   * The key of a request; null when it asks for more than the key says, as a second page or another day than today's
   * does: that isn't cached.
   *
   * @param today says which service day it is.
   */
  keyOf(request: FastifyRequest, today: () => string): string | null {
    const query = request.query as Record<string, string>;
    if (this.dayParameter !== undefined) {
      const day = today();
      // The load is of the day that its key names, also where midnight comes before it.
      query[this.dayParameter] ??= day;
      if (query[this.dayParameter] !== day) return null;
    }
    for (const name in query) {
      if (!this.key.parameters.includes(name) || typeof query[name] !== 'string') return null;
    }
    return this.key.of(Object.assign({}, this.defaults, query, request.params));
  }
}

function requireKey(key: unknown, controller: Type, handler: Handler): void {
  const operation = `${controller.name}.${handler.name}`;
  if (!(key instanceof CacheKey)) throw new Error(`${operation} is cached without a key`);
  if (Reflect.getMetadata(METHOD_METADATA, handler) !== RequestMethod.GET)
    throw new Error(`${operation} is cached, but is not a GET`);
  const known = [
    ...pathParameters(controller),
    ...pathParameters(handler),
    ...queryParameters(controller, handler),
  ];
  const unknown = key.parameters.filter((parameter) => !known.includes(parameter));
  if (unknown.length > 0)
    throw new Error(`${operation} is cached as ${key.template}, but has no parameter ${unknown.join(', ')}`);
}

/** In the path of a controller, or of an operation. */
function pathParameters(part: Type | Handler): string[] {
  const paths = [Reflect.getMetadata(PATH_METADATA, part) as string | string[]].flat();
  return paths.flatMap((path) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name));
}

/** The properties of the classes behind `@Query()`. */
function queryParameters(controller: Type, handler: Handler): string[] {
  const prototype = controller.prototype as object;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, handler.name) ?? []) as Type[];
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {}) as Record<
    string,
    { index: number }
  >;
  return Object.entries(args)
    .filter(([kind]) => Number(kind.split(':')[0]) === RouteParamtypes.QUERY)
    .flatMap(([, { index }]) => propertiesOf(types[index]));
}

function propertiesOf(type: Type | undefined): string[] {
  if (!type) return [];
  const checks = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  return checks.map(({ propertyName }) => propertyName);
}
