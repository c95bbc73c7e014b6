import { hash } from 'node:crypto';
import { applyDecorators, createParamDecorator, ExecutionContext, HttpStatus } from '@nestjs/common';
import { HTTP_CODE_METADATA } from '@nestjs/common/constants';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RepeatableRequest } from './repeatable-request';
import { MalformedHeaderError } from './problem/domain-error';

const ALLOWED = '1 to 255 visible characters, quoted or bare';

/**
 * The request as one that may be repeated, with its `Idempotency-Key` if it has one.
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
    key: header === undefined ? null : parseKey(String(header)),
    fingerprint: fingerprintOf(request),
    status: status ?? HttpStatus.CREATED,
    replayed: () => void reply.header('idempotency-replayed', 'true'),
  };
});

/** Documents the header of an operation that moves money. */
export const ApiRepeatable = (): MethodDecorator =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Makes a retry harmless: the first answer is kept 30 days and given again with `Idempotency-Replayed: true`.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
  );

function parseKey(header: string): string {
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new MalformedHeaderError('Idempotency-Key', ALLOWED);
  return key;
}

/** A digest of the operation and the parsed body; the order of its members does not matter. */
function fingerprintOf(request: FastifyRequest): Buffer {
  const [path = ''] = request.url.split('?');
  const members = Object.entries((request.body ?? {}) as Record<string, unknown>).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return hash('sha256', JSON.stringify([request.method, path.replace(/\/+$/, ''), members]), 'buffer');
}
