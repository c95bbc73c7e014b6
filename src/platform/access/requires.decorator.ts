import { applyDecorators, createParamDecorator, ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Noted } from './access-witness';
import type { Caller } from './caller';
import type { Scope } from './scopes';

export const ACCESS = Symbol('access');
/** The name of the scheme in the OpenAPI document. */
export const KEY_SCHEME = 'key';

/** A parameter of the path, otherwise a member of the body or `user_id` in the query, that identifies the owner of the object. */
export type OwnName = 'user_id' | 'card_id' | 'trip_id' | 'recharge_id';

/** Further conditions on callers whose keys are bound to something. */
export interface RequiresOptions {
  /**
   * A caller who is bound to a user sees only the objects of that user. All others are refused with 404. If it is in the query, and
   * the query names no user, the user of the key is used.
   */
  readonly own?: OwnName;
  /**
   * A caller who is bound to a place acts only there. If the body, or the query of a list, names no place, the place of the key is
   * used. A caller who is
   * bound to a vehicle ends trips that began in it. A device speaks only for itself.
   */
  readonly at?: 'recharge point' | 'listed recharge point' | 'boarding' | 'alighting' | 'station' | 'device';
  /** This other scope is enough if the body is exactly this. */
  readonly or?: { readonly scope: Scope; readonly body: Readonly<Record<string, string>> };
  /** A body with one of these members needs this other scope, too. */
  readonly members?: Readonly<Record<string, Scope>>;
  /** An agent may do it only up to a limit. */
  readonly limit?: 'reversal';
  /** The audit trail remembers who was answered, also from the cache: with personal data, or that something was changed. */
  readonly noted?: Noted;
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

/** Gives the handler the caller. A cached operation cannot use it: one caller would get the response of another. */
export const WhoCalls = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<FastifyRequest>().caller,
);
