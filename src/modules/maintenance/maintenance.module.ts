import { Module } from '@nestjs/common';
import { ClosedTotals } from './closed-totals';
import { Maintenance } from './maintenance';
import { Retention } from './retention';

/** What is done in the background: partitions ahead of need, sums of what is over, forgetting. */
@Module({ providers: [Maintenance, ClosedTotals, Retention], exports: [ClosedTotals] })
export class MaintenanceModule {}
