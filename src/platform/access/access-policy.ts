import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { Handler } from '../../common/http/request/handlers';
import { operationOf, queryParametersOf } from '../../common/http/request/operation';
import { CACHED } from '../cache/cache.decorators';
import { ACCESS, type AccessMetadata, type OwnName, type RequiresOptions } from './requires.decorator';
import type { Scope } from './scopes';

/** What an operation requires of its callers. It is built when the service starts. */
export interface AccessPolicy extends Pick<RequiresOptions, 'at' | 'or' | 'members' | 'limit' | 'noted'> {
  /** Null if the operation is public. */
  readonly scope: Scope | null;
  readonly own: { readonly name: OwnName; readonly isInBody: boolean; readonly isInQuery?: true } | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Undefined if the route is not a method of a controller. */
    readonly access?: AccessPolicy;
  }
}

const PUBLIC: AccessPolicy = { scope: null, own: null };
const WHAT_A_KEY_IS_MADE_OF: readonly number[] = [RouteParamtypes.PARAM, RouteParamtypes.QUERY];

/**
 * Returns what an operation requires of its callers, or null if the method is not an operation.
 *
 * @throws Error that names the operation, if it says neither @Requires nor @Public, or if its options contradict it.
 */
export function accessPolicyOf(handler: Handler): AccessPolicy | null {
  const { controller, method } = handler;
  if (!Reflect.hasMetadata(METHOD_METADATA, method)) return null;
  const name = `${controller.name}.${method.name}`;
  const metadata = (Reflect.getMetadata(ACCESS, method) ?? Reflect.getMetadata(ACCESS, controller)) as
    AccessMetadata | undefined;
  if (!metadata) throw new Error(`${name} says neither @Requires nor @Public`);
  refuseToCacheForOne(handler, name);
  if (metadata === 'public') return PUBLIC;
  const { own, ...others } = metadata;
  return { ...others, own: own ? placeOf(own, handler, name) : null };
}

function placeOf(own: OwnName, handler: Handler, name: string): AccessPolicy['own'] {
  const paths = [handler.controller, handler.method].flatMap(
    (part) => Reflect.getMetadata(PATH_METADATA, part) as string | string[],
  );
  if (paths.some((path) => path.split('/').includes(`:${own}`))) return { name: own, isInBody: false };
  if (operationOf(handler).body.members.has(own)) return { name: own, isInBody: true };
  if (own === 'user_id' && queryParametersOf(handler).includes(own))
    return { name: own, isInBody: false, isInQuery: true };
  throw new Error(`${name} has no ${own} that could be somebody's own`);
}

/** A cached response is for all callers, so it may depend only on the path and the query of a request. */
function refuseToCacheForOne({ controller, method }: Handler, name: string): void {
  if (!Reflect.hasMetadata(CACHED, method)) return;
  const taken = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method.name) as object | undefined;
  const isOther = (key: string): boolean => !WHAT_A_KEY_IS_MADE_OF.includes(Number(key.split(':')[0]));
  if (Object.keys(taken ?? {}).some(isOther))
    throw new Error(`${name} is cached, and takes more of a request than its path and query`);
}
