import { Global, Module } from '@nestjs/common';
import { AuditQueue } from './audit-queue';
import { AuditTrail } from './audit-trail';
import { Sealer } from './seals/sealer';

/** The audit trail and its seals. */
@Global()
@Module({ providers: [AuditTrail, AuditQueue, Sealer], exports: [AuditTrail, AuditQueue, Sealer] })
export class AuditModule {}
