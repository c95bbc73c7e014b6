import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys';
import { Writes } from './writes';

/** The one way to change the database for a request, and the responses that are stored for its repetition. */
@Global()
@Module({ providers: [Writes, IdempotencyKeys], exports: [Writes, IdempotencyKeys] })
export class WritesModule {}
