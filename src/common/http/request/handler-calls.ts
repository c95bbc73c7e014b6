import { Injectable } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  HEADERS_METADATA,
  HTTP_CODE_METADATA,
  INTERCEPTORS_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import { ExternalContextCreator, ModuleRef } from '@nestjs/core';
import type { ParamsFactory } from '@nestjs/core/helpers/external-context-creator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Handler } from './handlers';
import { type Argument, argumentsOf } from './operation';

/**
 * Sets the headers that the method of a controller declares, and calls it with its pipes. It sends nothing.
 *
 * @returns what the method returns.
 * @throws what its pipes and the method throw.
 */
export type HandlerCall = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** By `@Header()`. */
interface DeclaredHeader {
  readonly name: string;
  readonly value: string;
}

/** What Nest's router would do besides. */
const NOT_DONE = {
  'a guard': GUARDS_METADATA,
  'an interceptor': INTERCEPTORS_METADATA,
  'an exception filter': EXCEPTION_FILTERS_METADATA,
  'a status of its own': HTTP_CODE_METADATA,
} as const;

const KNOWN_PARTS = [RouteParamtypes.PARAM, RouteParamtypes.QUERY, RouteParamtypes.REQUEST];

/** How Nest asks for a part of a request. It gives decorators of our own (`createParamDecorator`) both itself. */
const PARTS: ParamsFactory = {
  exchangeKeyForValue(kind: RouteParamtypes, name: unknown, [request]: [FastifyRequest]): unknown {
    if (kind === RouteParamtypes.REQUEST) return request;
    const part = (kind === RouteParamtypes.PARAM ? request.params : request.query) as Record<string, unknown>;
    return typeof name === 'string' ? part[name] : part;
  },
};

/** Calls handlers of reads without Nest's router, whose interceptors and rxjs cost as much as a statement. */
@Injectable()
export class HandlerCalls {
  constructor(
    private readonly contexts: ExternalContextCreator,
    private readonly modules: ModuleRef,
  ) {}

  /** @throws Error naming the operation when it has what only Nest's router gives. */
  of(handler: Handler): HandlerCall {
    requireCallable(handler);
    const { controller, method } = handler;
    const instance = this.modules.get<object>(controller, { strict: false });
    const options = { guards: false, interceptors: false, filters: false };
    const call = this.contexts.create(
      instance,
      method,
      method.name,
      ROUTE_ARGS_METADATA,
      PARTS,
      undefined,
      undefined,
      options,
    ) as HandlerCall;
    const headers = (Reflect.getMetadata(HEADERS_METADATA, method) ?? []) as DeclaredHeader[];
    if (headers.length === 0) return call;
    return (request, reply) => {
      for (const { name, value } of headers) void reply.header(name, value);
      return call(request, reply);
    };
  }
}

/** @throws Error */
export function requireCallable(handler: Handler): void {
  const { controller, method } = handler;
  const operation = `${controller.name}.${method.name}`;
  for (const [what, key] of Object.entries(NOT_DONE)) {
    if (Reflect.hasMetadata(key, method) || Reflect.hasMetadata(key, controller))
      throw new Error(`${operation} is a read, and has ${what}: it is called without Nest's router`);
  }
  const known = KNOWN_PARTS.flatMap((kind) => argumentsOf(handler, kind));
  const all = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method.name) as object | undefined;
  const others = Object.keys(all ?? {}).filter((key) => !key.includes(CUSTOM_ROUTE_ARGS_METADATA));
  if (known.length !== others.length)
    throw new Error(
      `${operation} is a read, and takes something other than its path, its query and its request`,
    );
  if (known.some(hasPipeOfClass))
    throw new Error(`${operation} is a read, and has a pipe that is a class: give it an instance`);
}

/** Nest finds the instance of a class by the module of the router only. */
function hasPipeOfClass({ pipes }: Argument): boolean {
  return pipes.some((pipe) => typeof pipe === 'function');
}
