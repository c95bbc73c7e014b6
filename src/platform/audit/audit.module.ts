import { Global, Module } from '@nestjs/common';
import { AccessJournal } from './access-journal';
import { AuditQueue } from './audit-queue';
import { AuditTrail } from './audit-trail';
import { Sealer } from './seals/sealer';

/** What is remembered of who did what, and the seals over it. */
@Global()
@Module({
  providers: [AccessJournal, AuditTrail, AuditQueue, Sealer],
  exports: [AccessJournal, AuditTrail, AuditQueue, Sealer],
})
export class AuditModule {}
