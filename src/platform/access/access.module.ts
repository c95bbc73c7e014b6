import { Global, Module } from '@nestjs/common';
import { AccessGate } from './access-gate';
import { KeyTable } from './key-table';
import { LastingFacts } from './lasting-facts';
import { ObjectAccess } from './object-access';

/** Who may call what. */
@Global()
@Module({
  providers: [AccessGate, KeyTable, LastingFacts, ObjectAccess],
  exports: [AccessGate, LastingFacts],
})
export class AccessModule {}
