import { RowCheck } from '../../bulk-load/row-checks';

/** Not on the globe; a latitude or longitude that is missing passes. */
export const offTheGlobe: readonly RowCheck[] = [
  {
    when: 'latitude NOT BETWEEN -90 AND 90',
    reason: `'latitude ' || latitude || ' is not between -90 and 90'`,
  },
  {
    when: 'longitude NOT BETWEEN -180 AND 180',
    reason: `'longitude ' || longitude || ' is not between -180 and 180'`,
  },
];
