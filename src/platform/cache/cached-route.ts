import { PATH_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { RequestMethod, Type } from '@nestjs/common';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { getMetadataStorage } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { CodePipe } from '../../common/http/code.pipe';
import { tidy } from '../../common/text/tidy';
import { IS_TEXT } from '../../common/http/validation';
import { CacheKey } from './cache-key';
import type { Handler, HandlerMethod } from '../../common/http/request/handlers';
import { argumentsOf, queryParametersOf, typesOf } from '../../common/http/request/operation';
import { CACHED, type CachedMetadata } from './cache.decorators';

/** No key of an existing thing is longer. Longer keys are not cached, so that they cannot fill the cache. */
const MAX_KEY_LENGTH = 2_000;

type Parameters = Readonly<Record<string, string>>;

/** A cached operation. What its decorators say is worked out once, when the service starts. */
export class CachedRoute {
  readonly key: CacheKey;
  readonly mayBeStale: boolean;
  private readonly defaults: Parameters;
  private readonly dayParameter: string | undefined;
  /** The parameters of the path are its key, as they are. */
  private readonly isOfPath: boolean;
  /** Parameters that are text: different spellings which look the same share one key. */
  private readonly texts: readonly string[];

  private constructor({ key, defaults = {}, today, mayBeStale = false }: CachedMetadata, handler: Handler) {
    requireKey(key, handler);
    this.key = key;
    const optional = queryParametersOf(handler).filter((parameter) => key.parameters.includes(parameter));
    this.defaults = { ...Object.fromEntries(optional.map((name) => [name, ''])), ...defaults };
    this.dayParameter = today;
    this.mayBeStale = mayBeStale;
    const texts = [...pathTexts(handler), ...queryTexts(handler)];
    this.texts = key.parameters.filter((parameter) => texts.includes(parameter));
    this.isOfPath = optional.length === 0 && this.texts.length === 0;
  }

  /**
   * Returns what `@Cached` says about a method, or undefined if it says nothing.
   *
   * @throws Error with the name of the operation, when its key cannot be built from its requests.
   */
  static of(handler: Handler): CachedRoute | undefined {
    const metadata = Reflect.getMetadata(CACHED, handler.method) as CachedMetadata | undefined;
    return metadata && new CachedRoute(metadata, handler);
  }

  /**
   * Returns the key of a request. Returns null for a request that is not cached, because it asks for something that is not
   * in the key, such as a second page or another day than today.
   *
   * @param today returns the current service day.
   */
  keyFor(request: FastifyRequest, today: () => string): string | null {
    const query = request.query as Record<string, string>;
    if (this.dayParameter !== undefined) {
      const day = today();
      // The handler gets the day of the key, even if midnight comes before it runs.
      query[this.dayParameter] ??= day;
      if (query[this.dayParameter] !== day) return null;
    }
    for (const name in query) {
      if (!this.key.parameters.includes(name) || typeof query[name] !== 'string') return null;
    }
    if (this.isOfPath) return shortEnough(this.key.build(request.params as Parameters));
    const values: Record<string, string> = Object.assign({}, this.defaults, query, request.params);
    for (const name of this.texts) {
      const given = values[name] ?? '';
      values[name] = tidy(given);
      // This text is blank, which the handler refuses. A request without the parameter is not refused.
      if (given !== '' && values[name] === '') return null;
    }
    return shortEnough(this.key.build(values));
  }
}

function shortEnough(key: string): string | null {
  return key.length > MAX_KEY_LENGTH ? null : key;
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

/** The parameters in the path of a controller or of a handler. */
function pathParameters(part: Type | HandlerMethod): string[] {
  const paths = [Reflect.getMetadata(PATH_METADATA, part) as string | string[]].flat();
  return paths.flatMap((path) => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name));
}

/** The parameters in the path that are codes. */
function pathTexts(handler: Handler): string[] {
  return argumentsOf(handler, RouteParamtypes.PARAM)
    .filter(({ pipes }) => pipes.some((pipe) => pipe instanceof CodePipe))
    .flatMap(({ data }) => data ?? []);
}

/** The properties of the `@Query()` classes that are text. */
function queryTexts(handler: Handler): string[] {
  return typesOf(handler, RouteParamtypes.QUERY)
    .flatMap((type) => getMetadataStorage().getTargetValidationMetadatas(type, '', false, false))
    .filter(({ name }) => name === IS_TEXT)
    .map(({ propertyName }) => propertyName);
}
