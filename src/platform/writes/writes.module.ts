import { Global, Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-keys';
import { WriteCounts } from './write-counts';
import { Writes } from './writes';

/** The one way to change the database for a request, and the responses that are stored for its repetition. */
@Global()
@Module({
  providers: [Writes, WriteCounts, IdempotencyKeys],
  exports: [Writes, WriteCounts, IdempotencyKeys],
})
export class WritesModule {}
