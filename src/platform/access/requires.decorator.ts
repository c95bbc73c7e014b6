import { applyDecorators, createParamDecorator, ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller';
import type { Scope } from './scopes';

export const ACCESS = Symbol('access');
/** The name of the scheme in the OpenAPI document. */
export const KEY_SCHEME = 'key';

/** A parameter of the path, else a member of the body, that says whose the object is. */
export type OwnName = 'user_id' | 'card_id' | 'trip_id' | 'recharge_id';

/** Further conditions on callers whose keys are bound to something. */
export interface RequiresOptions {
  /** A caller who is bound to a user sees only what is that user's; everything else does not exist. */
  readonly own?: OwnName;
  /**
   * A caller who is bound to a recharge point, a vehicle or a station acts only there; where the body names none, it is that.
   * One that is bound to a vehicle ends trips that began in it.
   */
  readonly at?: 'recharge point' | 'boarding' | 'alighting';
  /** A lesser scope is enough when the body says exactly this. */
  readonly or?: { readonly scope: Scope; readonly body: Readonly<Record<string, string>> };
  /** An agent may do it only up to a limit. */
  readonly limit?: 'reversal';
}

/** What an operation says about its callers. */
export type AccessMetadata = 'public' | ({ readonly scope: Scope } & RequiresOptions);

/** This operation is for callers with a scope. An operation says this or `@Public()`, or the service does not start. */
export function Requires(scope: Scope, options: RequiresOptions = {}): MethodDecorator {
  const metadata: AccessMetadata = { scope, ...options };
  return applyDecorators(
    SetMetadata(ACCESS, metadata),
    ApiSecurity(KEY_SCHEME),
    ApiExtension('x-access', { scope, ...options }),
  );
}

/** This operation is for everybody, without a key. */
export function Public(): MethodDecorator & ClassDecorator {
  return SetMetadata(ACCESS, 'public' satisfies AccessMetadata);
}

/** Who calls. A cached operation can't have it: one caller would get another's answer. */
export const WhoCalls = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<FastifyRequest>().caller,
);
