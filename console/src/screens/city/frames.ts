import type { StationFrame } from '../../api/schema';

/** Boardings at each station in all of these frames. */
export function sumOf(frames: readonly StationFrame[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { stations } of frames)
    for (const { station_id: id, boardings } of stations) sums.set(id, (sums.get(id) ?? 0) + boardings);
  return sums;
}

/** As the service takes moments. */
export function momentOf(time: number): string {
  return new Date(time).toISOString();
}
