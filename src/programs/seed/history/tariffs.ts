import { StartupError } from '../../../common/program/startup-error';
import type { FareRules } from '../../../modules/fares/engine/fare-rules';
import { FARE_COMPONENTS } from '../../../modules/fares/route-type';

/** Requires tariffs for all days.
 *
 * @throws StartupError for a day before the first tariff of a component.
 */
export function requireTariffs(rules: FareRules, days: readonly string[]): void {
  for (const day of days) {
    const missing = FARE_COMPONENTS.find((component) => rules.on(day).price(component) === null);
    if (missing) throw new StartupError(`there is no ${missing} tariff for ${day}`);
  }
}
