import type { LineClass, MapStation, NetworkMap } from './network-map';
import type { Palette } from './palette';
import { type Point, scaleOf, type Size, toScreen, type View } from './projection';

export interface MapVehicle {
  readonly id: number;
  readonly point: Point;
  /** Whether nothing was heard of it for longer than usual. */
  readonly isLate: boolean;
  readonly routeId: number;
}

/** Somebody boarded: a ring that grows and goes. */
export interface Pulse {
  readonly stationId: number;
  readonly startedAt: number;
}

/** What is shown on the network. */
export interface Scene {
  readonly map: NetworkMap;
  readonly boardings: ReadonlyMap<number, number>;
  readonly mostBoardings: number;
  readonly alerted: ReadonlySet<number>;
  readonly station: number | null;
  readonly route: { readonly id: number; readonly line: readonly Point[] } | null;
  readonly hovered: number | null;
}

export interface Canvas {
  readonly context: CanvasRenderingContext2D;
  readonly size: Size;
  readonly view: View;
  readonly palette: Palette;
}

export const PULSE_MS = 1_400;
const MOST_LABELS = 60;
const LONGEST_LABEL = 28;
const MOST_RADIUS = 22;

const WIDTHS: Readonly<Record<LineClass, number>> = { trunk: 3.2, cable: 2, feeder: 1.1, zonal: 0.8 };

/** The lines, which only change with the view and the theme. */
export function drawLines(
  { context, size, view, palette }: Canvas,
  map: NetworkMap,
  isDimmed: boolean,
): void {
  context.clearRect(0, 0, size.width, size.height);
  context.lineCap = context.lineJoin = 'round';
  const growth = growthAt(view);
  for (const name of ['zonal', 'feeder', 'cable', 'trunk'] as const) {
    context.beginPath();
    for (const [from, to] of map.lines[name]) {
      const [start, end] = [toScreen(from, view, size), toScreen(to, view, size)];
      if (isOutside(start, end, size)) continue;
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
    }
    context.lineWidth = WIDTHS[name] * growth;
    context.strokeStyle = name === 'trunk' || name === 'cable' ? palette['line-strong'] : palette.line;
    context.globalAlpha = (name === 'trunk' ? 0.75 : 1) * (isDimmed ? 0.4 : 1);
    context.setLineDash(name === 'cable' ? [5, 4] : []);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** The stations with what happens there, and their names. */
export function drawStations(canvas: Canvas, scene: Scene): void {
  const { context, size, view, palette } = canvas;
  context.clearRect(0, 0, size.width, size.height);
  if (scene.route) drawRoute(canvas, scene.route.line);
  const shown = scene.map.stations.filter(({ point }) =>
    isInside(toScreen(point, view, size), size, MOST_RADIUS),
  );
  for (const station of shown) drawStation(canvas, scene, station);
  for (const station of shown) if (scene.alerted.has(station.station_id)) drawAlert(canvas, scene, station);
  const selected = scene.station === null ? undefined : scene.map.byId.get(scene.station);
  if (selected) ring(canvas, selected.point, radiusOf(scene, selected, view) + 5, palette.accent, 2.5);
  drawLabels(canvas, scene, shown);
}

/** What moves: vehicles, and rings where somebody boards. */
export function drawMoving(
  canvas: Canvas,
  scene: Scene,
  vehicles: readonly MapVehicle[],
  pulses: readonly Pulse[],
  now: number,
): void {
  const { context, size, view } = canvas;
  context.clearRect(0, 0, size.width, size.height);
  for (const vehicle of vehicles)
    if (scene.route === null || scene.route.id === vehicle.routeId) drawVehicle(canvas, vehicle);
  for (const { stationId, startedAt } of pulses) {
    const station = scene.map.byId.get(stationId);
    if (station)
      drawPulse(canvas, radiusOf(scene, station, view), station.point, (now - startedAt) / PULSE_MS);
  }
}

/** Pixels; by area, so that twice as many boardings are twice as much ink. */
export function radiusOf(
  scene: Pick<Scene, 'boardings' | 'mostBoardings'>,
  station: MapStation,
  view: View,
): number {
  const boardings = scene.boardings.get(station.station_id) ?? 0;
  const least = (station.isTrunk ? 2.4 : 1.3) * growthAt(view);
  if (boardings === 0) return least;
  return Math.max(least + 1.5, Math.sqrt(boardings / Math.max(scene.mostBoardings, 4)) * MOST_RADIUS);
}

/** Everything is a little larger where one is nearer. */
function growthAt({ zoom }: View): number {
  return Math.min(Math.max(0.55 + (zoom - 10) * 0.22, 0.5), 2.2);
}

function drawRoute({ context, size, view, palette }: Canvas, line: readonly Point[]): void {
  context.beginPath();
  line.forEach((point, index) => {
    const { x, y } = toScreen(point, view, size);
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.lineWidth = 4 * growthAt(view);
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = palette.accent;
  context.stroke();
}

function drawStation({ context, size, view, palette }: Canvas, scene: Scene, station: MapStation): void {
  const { x, y } = toScreen(station.point, view, size);
  const radius = radiusOf(scene, station, view);
  const isBoarded = scene.boardings.has(station.station_id);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = isBoarded ? 0.78 : 1;
  context.fillStyle = isBoarded ? palette.accent : station.isTrunk ? palette.muted : palette['line-strong'];
  // A closed station is hollow.
  if (station.status === 'inactive') {
    context.lineWidth = 1;
    context.strokeStyle = palette.muted;
    context.stroke();
  } else context.fill();
  context.globalAlpha = 1;
  if (!isBoarded || radius < 4) return;
  context.lineWidth = 1;
  context.strokeStyle = palette.panel;
  context.stroke();
}

/** A late one is hollow, so that it is told without colours. */
function drawVehicle({ context, size, view, palette }: Canvas, { point, isLate }: MapVehicle): void {
  const { x, y } = toScreen(point, view, size);
  if (!isInside({ x, y }, size, 8)) return;
  const half = 2.1 * Math.max(growthAt(view), 0.9);
  context.beginPath();
  context.rect(x - half, y - half, 2 * half, 2 * half);
  context.lineWidth = 1.2;
  context.fillStyle = isLate ? palette.panel : palette.text;
  context.strokeStyle = isLate ? palette.muted : palette.panel;
  context.fill();
  context.stroke();
}

function drawPulse(canvas: Canvas, radius: number, point: Point, share: number): void {
  if (share < 0 || share > 1) return;
  canvas.context.globalAlpha = 1 - share;
  ring(canvas, point, radius + share * 18, canvas.palette.accent, 2);
  canvas.context.globalAlpha = 1;
}

function drawAlert({ context, size, view, palette }: Canvas, scene: Scene, station: MapStation): void {
  const { x, y } = toScreen(station.point, view, size);
  const offset = radiusOf(scene, station, view) * 0.7 + 3;
  context.beginPath();
  context.moveTo(x + offset, y - offset - 6);
  context.lineTo(x + offset + 6, y - offset + 4.5);
  context.lineTo(x + offset - 6, y - offset + 4.5);
  context.closePath();
  context.fillStyle = palette.wrong;
  context.strokeStyle = palette.panel;
  context.lineWidth = 1.5;
  context.lineJoin = 'round';
  context.stroke();
  context.fill();
}

function ring(
  { context, size, view }: Canvas,
  point: Point,
  radius: number,
  colour: string,
  width: number,
): void {
  const { x, y } = toScreen(point, view, size);
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/** Names where there is room for them: of what is chosen, of alerts, and of the stations with most boardings. */
function drawLabels(
  { context, size, view, palette }: Canvas,
  scene: Scene,
  shown: readonly MapStation[],
): void {
  const weight = (station: MapStation): number =>
    (station.station_id === scene.station || station.station_id === scene.hovered ? 1e9 : 0) +
    (scene.boardings.get(station.station_id) ?? 0) +
    (station.isTrunk ? 0.5 : 0) +
    (/^portal\b/i.test(station.name) ? 0.4 : 0);
  const least = view.zoom >= 15 ? 0 : view.zoom >= 13 ? 0.5 : view.zoom >= 11.5 ? 0.9 : 1;
  const named = shown
    .filter((station) => weight(station) >= least)
    .sort((one, other) => weight(other) - weight(one))
    .slice(0, 4 * MOST_LABELS);
  const taken: { left: number; right: number; top: number; bottom: number }[] = [];
  context.font = `500 ${palette.letters}px ${palette.font}`;
  const half = (palette.letters * 2) / 3;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  for (const station of named) {
    if (taken.length >= MOST_LABELS) break;
    const { x, y } = toScreen(station.point, view, size);
    const text = shortened(station.name);
    const left = x + radiusOf(scene, station, view) + 5;
    const box = { left, right: left + context.measureText(text).width, top: y - half, bottom: y + half };
    if (box.right > size.width || taken.some((other) => isOverlapping(box, other))) continue;
    taken.push(box);
    context.lineWidth = 3.5;
    context.strokeStyle = palette.sunken;
    context.strokeText(text, left, y);
    context.fillStyle = station.station_id === scene.station ? palette.accent : palette.text;
    context.fillText(text, left, y);
  }
}

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > LONGEST_LABEL ? `${letters.slice(0, LONGEST_LABEL - 1).join('')}…` : name;
}

function isOverlapping(
  one: { left: number; right: number; top: number; bottom: number },
  other: { left: number; right: number; top: number; bottom: number },
): boolean {
  return (
    one.left < other.right + 4 &&
    other.left < one.right + 4 &&
    one.top < other.bottom &&
    other.top < one.bottom
  );
}

function isInside({ x, y }: Point, { width, height }: Size, margin: number): boolean {
  return x > -margin && y > -margin && x < width + margin && y < height + margin;
}

/** Whether a line certainly does not cross the window. */
function isOutside(start: Point, end: Point, { width, height }: Size): boolean {
  return (
    Math.max(start.x, end.x) < 0 ||
    Math.min(start.x, end.x) > width ||
    Math.max(start.y, end.y) < 0 ||
    Math.min(start.y, end.y) > height
  );
}

/** A number for the scale of a map, such as 2 km, and how long it is. */
export function scaleBar(view: View, latitude: number): { readonly metres: number; readonly pixels: number } {
  const metresPerPixel = (40_075_017 * Math.cos((latitude * Math.PI) / 180)) / scaleOf(view);
  const rough = metresPerPixel * 110;
  const power = 10 ** Math.floor(Math.log10(rough));
  const metres = ([5, 2, 1].find((each) => each * power <= rough) ?? 1) * power;
  return { metres, pixels: metres / metresPerPixel };
}
