import { hash } from 'node:crypto';
import { createParamDecorator, ExecutionContext, HttpStatus, RequestMethod } from '@nestjs/common';
import { HTTP_CODE_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseIdempotencyKey } from '../../common/http/idempotency-key';
import { REPEATABLE } from '../../common/http/repeatable.decorator';
import { originOf } from '../audit/origin-of';
import type { WriteRequest } from './write-request';

/**
 * The request as the cause of a write: what `Writes.run` asks for, from the handler of every operation that changes the
 * database. It has an idempotency key only where the operation is `@Repeatable()`, since its answer is stored then.
 *
 * @throws MalformedHeaderError
 */
export const Write = createParamDecorator((_: unknown, context: ExecutionContext): WriteRequest => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  const origin = originOf(request);
  return {
    key: keyOf(request, context),
    client: origin.client,
    fingerprint: fingerprintOf(request),
    status: statusOf(context),
    replayed: () => void reply.header('idempotency-replayed', 'true'),
    origin,
  };
});

function keyOf({ headers }: FastifyRequest, context: ExecutionContext): string | null {
  const header = headers['idempotency-key'];
  if (header === undefined || !Reflect.hasMetadata(REPEATABLE, context.getHandler())) return null;
  return parseIdempotencyKey(String(header));
}

function statusOf(context: ExecutionContext): number {
  const handler = context.getHandler();
  const said = Reflect.getMetadata(HTTP_CODE_METADATA, handler) as HttpStatus | undefined;
  if (said !== undefined) return said;
  const isPost = Reflect.getMetadata(METHOD_METADATA, handler) === RequestMethod.POST;
  return isPost ? HttpStatus.CREATED : HttpStatus.OK;
}

/** A digest of the operation, however its address is spelt, and of the parsed body; members may come in any order. */
function fingerprintOf(request: FastifyRequest): Buffer {
  const members = Object.entries((request.body ?? {}) as Record<string, unknown>).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return hash('sha256', JSON.stringify([request.method, addressedBy(request), members]), 'buffer');
}

/** The path of the route, with the values of its parameters: `/recharges/1/reversal`. */
function addressedBy({ routeOptions, params }: FastifyRequest): string {
  const values = params as Readonly<Record<string, string>>;
  return (routeOptions.url ?? '').replace(/:(\w+)/g, (_, name: string) => values[name] ?? '');
}
