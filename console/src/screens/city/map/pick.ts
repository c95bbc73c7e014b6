import { radiusOf, type Scene } from './draw';
import type { MapStation } from './network-map';
import { type Point, type Size, toScreen, type View } from './projection';

/** Pixels around a station that belong to it. */
const REACH = 12;

/** The station that is meant by a point of the window: the one whose edge is nearest. */
export function stationAt(
  point: Point,
  scene: Pick<Scene, 'map' | 'boardings' | 'mostBoardings'>,
  view: View,
  size: Size,
  reach = REACH,
): MapStation | null {
  let nearest: MapStation | null = null;
  let least = reach;
  for (const station of scene.map.stations) {
    const { x, y } = toScreen(station.point, view, size);
    const distance = Math.max(0, Math.hypot(x - point.x, y - point.y) - radiusOf(scene, station, view));
    if (distance > least || (distance === least && nearest)) continue;
    nearest = station;
    least = distance;
  }
  return nearest;
}
