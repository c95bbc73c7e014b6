import { Module } from '@nestjs/common';
import { TotalsRollup } from './totals-rollup';
import { Maintenance } from './maintenance';
import { PeriodTotals } from './period-totals';
import { Retention } from './retention';

/** What the service does in the background: it creates partitions, keeps running totals, and deletes expired rows. */
@Module({ providers: [Maintenance, TotalsRollup, PeriodTotals, Retention], exports: [TotalsRollup] })
export class MaintenanceModule {}
