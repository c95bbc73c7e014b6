import type { DataSource } from 'typeorm';
import { Clock } from '../../src/common/time/clock';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import { PeriodTotals } from '../../src/modules/maintenance/period-totals';
import { TotalsRollup } from '../../src/modules/maintenance/totals-rollup';

/** Rolls totals up as the service does. */
export function aTotalsRollup(dataSource: DataSource, timeZone = 'America/Bogota'): TotalsRollup {
  return new TotalsRollup(
    dataSource,
    new PeriodTotals(dataSource, new ServiceCalendar(timeZone), new Clock()),
  );
}
