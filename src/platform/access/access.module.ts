import { Global, Module } from '@nestjs/common';
import { AccessGate } from './access-gate';
import { KeyTable } from './key-table';
import { LastingFacts } from './lasting-facts';
import { ObjectAccess } from './object-access';
import { TokenTable } from './sign-in/token-table';

/** Who may call what. */
@Global()
@Module({
  providers: [AccessGate, KeyTable, LastingFacts, ObjectAccess, TokenTable],
  exports: [AccessGate, LastingFacts],
})
export class AccessModule {}
