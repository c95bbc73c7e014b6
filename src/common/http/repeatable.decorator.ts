import { hash } from 'node:crypto';
import { applyDecorators, createParamDecorator, ExecutionContext, HttpStatus } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/constants';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from './api-problems.decorator';
import { parseIdempotencyKey } from './idempotency-key';
import {
  IdempotencyKeyReusedError,
  MalformedHeaderError,
  RequestInProgressError,
} from './problem/request-errors';
import type { RepeatableRequest } from './repeatable-request';

/**
 * Gives the handler the request as a `RepeatableRequest`, with its `Idempotency-Key` if it has one.
 *
 * @throws MalformedHeaderError
 */
export const Repeatable = createParamDecorator((_: unknown, context: ExecutionContext): RepeatableRequest => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const header = request.headers['idempotency-key'];
  const reply = http.getResponse<FastifyReply>();
  const status = Reflect.getMetadata(HTTP_CODE_METADATA, context.getHandler()) as HttpStatus | undefined;
  return {
    key: header === undefined ? null : parseIdempotencyKey(String(header)),
    fingerprint: fingerprintOf(request),
    status: status ?? HttpStatus.CREATED,
    replayed: () => void reply.header('idempotency-replayed', 'true'),
  };
});

/** Documents the header of an operation that moves money, and the refusals that come with it. */
export const ApiRepeatable = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Text of your choice, new for each request. A retry with the same key is not done twice: it gets the first answer ' +
        'again, with the header `Idempotency-Replayed: true`. Answers are kept for `IDEMPOTENCY_KEEP_DAYS` days (30 by ' +
        'default); refusals are not kept.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiProblems(MalformedHeaderError, RequestInProgressError, IdempotencyKeyReusedError),
  );

/** A digest of the operation and of the parsed body. Neither the spelling of the path nor the order of members changes it. */
function fingerprintOf(request: FastifyRequest): Buffer {
  const members = Object.entries((request.body ?? {}) as Record<string, unknown>).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return hash('sha256', JSON.stringify([request.method, operationOf(request), members]), 'buffer');
}

/** The path of the route, with the values of its parameters: `/recharges/1/reversal`. */
function operationOf({ routeOptions, params }: FastifyRequest): string {
  const values = params as Readonly<Record<string, string>>;
  return (routeOptions.url ?? '').replace(/:(\w+)/g, (_, name: string) => values[name] ?? '');
}
