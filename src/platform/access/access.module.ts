import { Global, Module } from '@nestjs/common';
import { AccessGate } from './access-gate';
import { AgentReversals } from './agent-reversals';
import { KeyTable } from './key-table';
import { RequestLimits } from './limits/request-limits';
import { SharedCounts } from './limits/shared-counts';
import { LastingFacts } from './lasting-facts';
import { ObjectAccess } from './object-access';
import { People } from './sign-in/people';
import { TokenTable } from './sign-in/token-table';

/** Who may call what. */
@Global()
@Module({
  providers: [
    AccessGate,
    AgentReversals,
    KeyTable,
    LastingFacts,
    ObjectAccess,
    People,
    RequestLimits,
    SharedCounts,
    TokenTable,
  ],
  exports: [AccessGate, AgentReversals, LastingFacts, People, RequestLimits, TokenTable],
})
export class AccessModule {}
