import { StartupError } from '../../common/startup-error';
import type { FareComponent } from '../../fares/route-type';
import type { Tariff } from '../../fares/rules/tariff.entity';

/** What each day's boardings cost. */
export type Prices = Readonly<Record<FareComponent, readonly number[]>>;

/** @throws StartupError for a day before the first tariff. */
export function pricesOf(tariffs: readonly Tariff[], days: readonly string[]): Prices {
  const priceOn = (component: FareComponent, day: string): number => {
    const known = tariffs.filter((tariff) => tariff.component === component && tariff.valid_from <= day);
    const latest = known.toSorted((a, b) => a.valid_from.localeCompare(b.valid_from)).at(-1);
    if (!latest) throw new StartupError(`there is no ${component} tariff for ${day}`);
    return latest.price;
  };
  return {
    trunk: days.map((day) => priceOn('trunk', day)),
    zonal: days.map((day) => priceOn('zonal', day)),
  };
}
