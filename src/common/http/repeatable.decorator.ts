import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblems } from './api-problems.decorator';
import {
  IdempotencyKeyReusedError,
  MalformedHeaderError,
  RequestInProgressError,
} from './problem/request-errors';

export const REPEATABLE = Symbol('repeatable');

/**
 * Marks an operation whose request may be sent again under an `Idempotency-Key`. Its response is stored, so it must not contain
 * anything that may not be kept.
 */
export const Repeatable = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(REPEATABLE, true),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Text of your choice, new for each request. A retry with the same key is not done twice: it gets the first answer ' +
        'again, with the header `Idempotency-Replayed: true`. Answers are kept for `IDEMPOTENCY_KEEP_DAYS` days (30 by ' +
        'default); refusals are not kept. A key belongs to the client that sent it: another client may use the same text.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiProblems(MalformedHeaderError, RequestInProgressError, IdempotencyKeyReusedError),
  );
