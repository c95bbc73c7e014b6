import { Global, Module } from '@nestjs/common';
import { AccessJournal } from './access-journal';
import { AuditQueue } from './audit-queue';
import { AuditTrail } from './audit-trail';
import { Sealer } from './seals/sealer';

/** The audit trail and its seals. */
@Global()
@Module({
  providers: [AccessJournal, AuditTrail, AuditQueue, Sealer],
  exports: [AccessJournal, AuditTrail, AuditQueue, Sealer],
})
export class AuditModule {}
