import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys';
import { Writes } from './writes';

/** The one way to change something for a request, and the answers that are kept for its repetition. */
@Global()
@Module({ providers: [Writes, IdempotencyKeys], exports: [Writes, IdempotencyKeys] })
export class WritesModule {}
