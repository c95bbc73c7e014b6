import { SetMetadata, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { Handler } from './handlers';
import { EMPTY_OBJECT, type ObjectShape, shapeOf, usualSizeOf } from './shape';

const KIBIBYTE = 1_024;
/** How many bytes a body may have, unless the operation declares another limit. */
export const USUAL_BODY_LIMIT = 16 * KIBIBYTE;
const LARGE_BODY_LIMIT = 512 * KIBIBYTE;
const LARGE_BODY = Symbol('large body');
const ANY_QUERY = Symbol('any query');

/** The body of this operation may have 512 KiB: it has lists that 16 KiB don't hold. */
export const LargeBody = (): MethodDecorator => SetMetadata(LARGE_BODY, true);

/** This controller accepts any query, because links to its pages carry parameters such as `?utm_source=…`. */
export const AnyQuery = (): ClassDecorator => SetMetadata(ANY_QUERY, true);

/** What an operation takes. */
export interface Operation {
  /** Names of its parameters in a query; null: any. */
  readonly query: ReadonlySet<string> | null;
  readonly body: ObjectShape;
  /** Bytes. */
  readonly bodyLimit: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Undefined if the route is not a method of a controller. */
    readonly operation?: Operation;
  }
}

/**
 * What the method of a controller takes, from the classes of its parameters.
 *
 * @throws Error naming the operation when it takes what cannot be bounded.
 */
export function operationOf(handler: Handler): Operation {
  const { controller, method } = handler;
  const [bodyType] = typesOf(handler, RouteParamtypes.BODY);
  const body = bodyType ? shapeOf(bodyType) : EMPTY_OBJECT;
  const isLarge = Reflect.hasMetadata(LARGE_BODY, method);
  const bodyLimit = isLarge ? LARGE_BODY_LIMIT : USUAL_BODY_LIMIT;
  if (usualSizeOf(body) > bodyLimit)
    throw new Error(`the body of ${controller.name}.${method.name} needs @LargeBody`);
  const query = Reflect.hasMetadata(ANY_QUERY, controller) ? null : new Set(queryParametersOf(handler));
  return { query, body, bodyLimit };
}

/** Names of what the method of a controller takes from a query. */
export function queryParametersOf(handler: Handler): string[] {
  return typesOf(handler, RouteParamtypes.QUERY).flatMap((type) => [...shapeOf(type).members.keys()]);
}

/** The classes of the parameters that are a whole body, or a whole query. */
export function typesOf(handler: Handler, kind: RouteParamtypes): Type[] {
  const { controller, method } = handler;
  const prototype = controller.prototype as object;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method.name) ?? []) as Type[];
  return argumentsOf(handler, kind).map(({ index, data }) => {
    const type = types[index];
    if (!type || data !== undefined)
      throw new Error(`${controller.name}.${method.name} takes a part of a request without a class`);
    return type;
  });
}

/** A parameter of a method, by the decorator before it. */
export interface Argument {
  readonly index: number;
  /** The name that the decorator was given, such as `card_id` in `@Param('card_id')`. */
  readonly data?: string;
  readonly pipes: readonly unknown[];
}

/** The parameters of a method that take this part of a request. */
export function argumentsOf({ controller, method }: Handler, kind: RouteParamtypes): Argument[] {
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method.name) ?? {}) as Record<
    string,
    Argument
  >;
  return Object.entries(args)
    .filter(([key]) => Number(key.split(':')[0]) === kind)
    .map(([, argument]) => argument);
}
