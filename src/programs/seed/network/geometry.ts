/** A place on the ground, in degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

const METRES_PER_DEGREE = 111_195;

/** Returns the metres between two places of one city, where the earth can be taken as flat. */
export function distance(a: Point, b: Point): number {
  const north = b.latitude - a.latitude;
  const east = (b.longitude - a.longitude) * Math.cos((a.latitude * Math.PI) / 180);
  return Math.hypot(north, east) * METRES_PER_DEGREE;
}

/** Returns the place that is so many metres away, in the direction of a compass bearing. */
export function offset(from: Point, bearing: number, metres: number): Point {
  const angle = (bearing * Math.PI) / 180;
  const degrees = metres / METRES_PER_DEGREE;
  return {
    latitude: rounded(from.latitude + degrees * Math.cos(angle)),
    longitude: rounded(
      from.longitude + (degrees * Math.sin(angle)) / Math.cos((from.latitude * Math.PI) / 180),
    ),
  };
}

/** Returns the place after a share of the way, from 0 to 1. */
export function between(a: Point, b: Point, share: number): Point {
  return {
    latitude: rounded(a.latitude + (b.latitude - a.latitude) * share),
    longitude: rounded(a.longitude + (b.longitude - a.longitude) * share),
  };
}

/** Rounds to about a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 100_000) / 100_000;
}
