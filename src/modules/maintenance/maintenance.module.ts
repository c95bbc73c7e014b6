import { Module } from '@nestjs/common';
import { TotalsRollup } from './totals-rollup';
import { Maintenance } from './maintenance';
import { Retention } from './retention';

/** What the service does in the background: it creates partitions, keeps running totals, and deletes expired rows. */
@Module({ providers: [Maintenance, TotalsRollup, Retention], exports: [TotalsRollup] })
export class MaintenanceModule {}
