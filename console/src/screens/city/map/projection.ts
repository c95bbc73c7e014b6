/** A place on the map: from 0 to 1 from west to east and from north to south (Web Mercator). */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a window shows: the place in its middle, and how large. */
export interface View extends Point {
  /** As of common maps: the whole world is 256 · 2^zoom pixels wide. */
  readonly zoom: number;
}

export interface Bounds {
  readonly west: number;
  readonly north: number;
  readonly east: number;
  readonly south: number;
}

export const LEAST_ZOOM = 8;
export const MOST_ZOOM = 18;
const TILE = 256;

export function project(latitude: number, longitude: number): Point {
  const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
  return { x: longitude / 360 + 0.5, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

export function unproject({ x, y }: Point): { latitude: number; longitude: number } {
  const latitude = (360 / Math.PI) * Math.atan(Math.exp((1 - 2 * y) * Math.PI)) - 90;
  return { latitude, longitude: (x - 0.5) * 360 };
}

/** Pixels for the whole world. */
export function scaleOf({ zoom }: Pick<View, 'zoom'>): number {
  return TILE * 2 ** zoom;
}

export function toScreen(point: Point, view: View, { width, height }: Size): Point {
  const scale = scaleOf(view);
  return { x: (point.x - view.x) * scale + width / 2, y: (point.y - view.y) * scale + height / 2 };
}

export function toMap(screen: Point, view: View, { width, height }: Size): Point {
  const scale = scaleOf(view);
  return { x: view.x + (screen.x - width / 2) / scale, y: view.y + (screen.y - height / 2) / scale };
}

export function boundsOf(points: Iterable<Point>): Bounds | null {
  let bounds: Bounds | null = null;
  for (const { x, y } of points)
    bounds = bounds
      ? {
          west: Math.min(bounds.west, x),
          east: Math.max(bounds.east, x),
          north: Math.min(bounds.north, y),
          south: Math.max(bounds.south, y),
        }
      : { west: x, east: x, north: y, south: y };
  return bounds;
}

/** Shows all of it, with a margin in pixels. */
export function fit({ west, east, north, south }: Bounds, { width, height }: Size, margin: number): View {
  const across = Math.max(width - 2 * margin, 1) / Math.max(east - west, 1e-9);
  const down = Math.max(height - 2 * margin, 1) / Math.max(south - north, 1e-9);
  const zoom = clampZoom(Math.min(Math.log2(Math.min(across, down) / TILE), 15));
  return { x: (west + east) / 2, y: (north + south) / 2, zoom };
}

/** Shows it larger or smaller, while the place under a point of the window stays there. */
export function zoomAround(view: View, by: number, screen: Point, size: Size): View {
  const zoom = clampZoom(view.zoom + by);
  const under = toMap(screen, view, size);
  const scale = scaleOf({ zoom });
  return {
    x: under.x - (screen.x - size.width / 2) / scale,
    y: under.y - (screen.y - size.height / 2) / scale,
    zoom,
  };
}

export function pan(view: View, dx: number, dy: number): View {
  const scale = scaleOf(view);
  return { ...view, x: clamp(view.x - dx / scale), y: clamp(view.y - dy / scale) };
}

function clampZoom(zoom: number): number {
  return Math.min(Math.max(zoom, LEAST_ZOOM), MOST_ZOOM);
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
