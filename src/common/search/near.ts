import { InvalidValueError } from '../http/problem/request-errors';

/** A circle on the globe. */
export interface Near {
  /** Degrees, WGS 84. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres. */
  readonly radius: number;
}

const METRES_A_DEGREE = (Math.PI / 180) * 6_371_008.8;
/** An allowance for rounding errors. It is far below a metre. */
const SLACK = 1e-7;
const DECIMAL = /^[+-]?\d{1,3}(\.\d{1,15})?$/;

/** Parses the point of a query, `lat,lon` in degrees. It returns null for any other text. */
export function parsePoint(text: string): Pick<Near, 'latitude' | 'longitude'> | null {
  const parts = text.split(',');
  const [latitude = NaN, longitude = NaN] = parts.map((part) => (DECIMAL.test(part) ? Number(part) : NaN));
  const isOnGlobe = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return parts.length === 2 && isOnGlobe ? { latitude, longitude } : null;
}

/**
 * Returns the circle that a query asks for, or null.
 *
 * @throws InvalidValueError for a radius without a point.
 */
export function circleOf(
  { near, radius }: { readonly near?: string; readonly radius?: number },
  usualRadius: number,
): Near | null {
  const centre = near === undefined ? null : parsePoint(near);
  if (centre) return { ...centre, radius: radius ?? usualRadius };
  if (radius === undefined) return null;
  throw new InvalidValueError('The query is not acceptable.', [
    { pointer: '/radius', detail: 'must be left out without near' },
  ]);
}

/**
 * Returns two boxes of longitude and latitude, as PostgreSQL writes them, which contain the circle. If the circle crosses the
 * antimeridian, one box is on each side of it. Otherwise the second box is outside of the map.
 */
export function boxesAround({ latitude, longitude, radius }: Near): readonly [string, string] {
  const height = radius / METRES_A_DEGREE + SLACK;
  const width = widthAt(latitude, height);
  const boxAt = (centre: number): string =>
    `((${centre - width},${latitude - height}),(${centre + width},${latitude + height}))`;
  return [boxAt(longitude), boxAt(longitude > 0 ? longitude - 360 : longitude + 360)];
}

/** Returns how many degrees of longitude a circle reaches to each side: all of them if it contains a pole. */
function widthAt(latitude: number, height: number): number {
  if (Math.abs(latitude) + height >= 90) return 180;
  const radians = Math.PI / 180;
  return Math.asin(Math.sin(height * radians) / Math.cos(latitude * radians)) / radians + SLACK;
}

/** Parameters for `nearSql`, in its order. */
export function nearParameters(near: Near): readonly (string | number)[] {
  return [near.latitude, near.longitude, near.radius, ...boxesAround(near)];
}

/**
 * Returns SQL for the distance to the `latitude` and `longitude` of a table, in whole metres, and for whether they are within
 * the circle. The second uses the table's index on `point(longitude, latitude)`.
 *
 * @param first number of the parameters, five in a row.
 */
export function nearSql(
  table: string,
  first: number,
): { readonly distance: string; readonly isNear: string } {
  const [latitude, longitude, radius, box, otherBox] = [0, 1, 2, 3, 4].map((n) => `$${first + n}`);
  const metres = `distance_between(${latitude}, ${longitude}, ${table}.latitude, ${table}.longitude)`;
  const point = `point(${table}.longitude, ${table}.latitude)`;
  return {
    distance: `round(${metres})::bigint`,
    isNear: `(${point} <@ ${box}::box OR ${point} <@ ${otherBox}::box) AND ${metres} <= ${radius}`,
  };
}
