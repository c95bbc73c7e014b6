import type { CityName, ProcessView, ServerName } from '../../../../test/lab/shapes';

/** A rectangle, in pixels of a page whose letters have the usual size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a link is drawn: its label beside the process, and the way from there to the server. */
export interface LinkPlace {
  readonly process: string;
  readonly server: ServerName;
  readonly label: Box;
  /** Ways of SVG: from the process to the label, and from the label to the server. */
  readonly stub: string;
  readonly way: string;
  /** The corners of the arrow's head. */
  readonly head: string;
  readonly middle: { readonly x: number; readonly y: number };
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly processes: Readonly<Record<string, Box>>;
  readonly servers: Readonly<Record<ServerName, Box>>;
  readonly links: readonly LinkPlace[];
  /** The arrows of the readers and writers of each process. */
  readonly callers: Readonly<Record<string, { readonly way: string; readonly head: string }>>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Names = Readonly<Record<CityName, readonly string[]>>;

const WIDE = 860;
const HEAD = 7;
const ORDER: readonly ServerName[] = ['redis', 'postgres'];

/** Both cities around the servers that they share: beside each other where there is room, else one above the other. */
export function layOut(width: number, processes: readonly ProcessView[]): Layout {
  const of = (city: CityName): string[] =>
    processes.filter((process) => process.city === city).map(({ name }) => name);
  const names: Names = { plain: of('plain'), ours: of('ours') };
  return width >= WIDE ? beside(width, names) : above(width, names);
}

const SIDE = { caller: 44, gap: 18, row: 92, between: 16, label: 43 };

/** The plain city on the left, ours on the right, the servers in the middle. */
function beside(width: number, names: Names): Layout {
  const count = Math.max(names.plain.length, names.ours.length);
  const height = count * SIDE.row + (count - 1) * SIDE.between;
  const boxWidth = limited(120, width * 0.14, 200);
  const labelWidth = limited(108, width * 0.115, 160);
  const serverWidth = limited(140, width * 0.16, 230);
  const serverHeight = Math.min(116, height / 2 - 14);
  const serverAt = (share: number): Box => ({
    x: (width - serverWidth) / 2,
    y: height * share - serverHeight / 2,
    width: serverWidth,
    height: serverHeight,
  });
  const servers = { redis: serverAt(0.25), postgres: serverAt(0.75) };
  const boxes: Record<string, Box> = {};
  const callers: Record<string, { way: string; head: string }> = {};
  const links: LinkPlace[] = [];
  for (const city of ['plain', 'ours'] as const) {
    // Mirrored: what is to the right of the plain city's processes is to the left of ours.
    const at = (x: number, boxed = 0): number => (city === 'plain' ? x : width - x - boxed);
    const sign = city === 'plain' ? 1 : -1;
    for (const [index, name] of names[city].entries()) {
      const top = index * (SIDE.row + SIDE.between);
      boxes[name] = { x: at(SIDE.caller, boxWidth), y: top, width: boxWidth, height: SIDE.row };
      const from = { x: at(0), y: top + SIDE.row / 2 };
      const to = { x: at(SIDE.caller - 3), y: from.y };
      callers[name] = { way: line(from, to), head: arrow(to, sign, 0) };
      for (const [row, server] of ORDER.entries()) {
        const labelX = SIDE.caller + boxWidth + SIDE.gap;
        const y = top + row * (SIDE.row - SIDE.label);
        const label = { x: at(labelX, labelWidth), y, width: labelWidth, height: SIDE.label };
        const middle = y + SIDE.label / 2;
        const start = { x: at(labelX + labelWidth), y: middle };
        const box = servers[server];
        const end = {
          x: city === 'plain' ? box.x - 3 : box.x + box.width + 3,
          y: spread(box.y, box.height, index, count),
        };
        links.push({
          process: name,
          server,
          label,
          stub: line({ x: at(SIDE.caller + boxWidth), y: middle }, { x: at(labelX), y: middle }),
          way: curve(start, end, 'x'),
          head: arrow(end, sign, 0),
          middle: half(start, end),
        });
      }
    }
  }
  return { width, height, processes: boxes, servers, links, callers };
}

const STACK = { caller: 22, box: 62, gap: 8, label: 54, way: 64, server: 112, column: 80, most: 170 };

/** The plain city at the top, ours at the bottom, the servers in between. */
function above(given: number, names: Names): Layout {
  const count = Math.max(names.plain.length, names.ours.length);
  const column = limited(STACK.column, (given - (count - 1) * STACK.gap) / count, STACK.most);
  const least = count * column + (count - 1) * STACK.gap;
  const width = Math.max(given, least);
  const city = STACK.caller + STACK.box + 3 * STACK.gap + 2 * STACK.label;
  const height = 2 * city + 2 * STACK.way + STACK.server;
  const serverWidth = Math.min((width - 2 * STACK.gap) / 2, 230);
  const serverAt = (share: number): Box => ({
    x: width * share - serverWidth / 2,
    y: city + STACK.way,
    width: serverWidth,
    height: STACK.server,
  });
  const servers = { redis: serverAt(0.25), postgres: serverAt(0.75) };
  const boxes: Record<string, Box> = {};
  const callers: Record<string, { way: string; head: string }> = {};
  const links: LinkPlace[] = [];
  for (const cityName of ['plain', 'ours'] as const) {
    const at = (y: number, boxed = 0): number => (cityName === 'plain' ? y : height - y - boxed);
    const sign = cityName === 'plain' ? 1 : -1;
    const left = (width - least) / 2;
    for (const [index, name] of names[cityName].entries()) {
      const x = left + index * (column + STACK.gap);
      boxes[name] = { x, y: at(STACK.caller, STACK.box), width: column, height: STACK.box };
      const to = { x: x + column / 2, y: at(STACK.caller - 3) };
      callers[name] = { way: line({ x: to.x, y: at(0) }, to), head: arrow(to, 0, sign) };
      for (const [row, server] of ORDER.entries()) {
        const labelY = STACK.caller + STACK.box + STACK.gap + row * (STACK.label + STACK.gap);
        const label = { x, y: at(labelY, STACK.label), width: column, height: STACK.label };
        // Side by side, so that the one behind the other label is seen too.
        const lane = x + column * (row === 0 ? 0.25 : 0.75);
        const start = { x: lane, y: at(city - STACK.gap) };
        const box = servers[server];
        const end = {
          x: spread(box.x, box.width, index, count),
          y: cityName === 'plain' ? box.y - 3 : box.y + box.height + 3,
        };
        links.push({
          process: name,
          server,
          label,
          stub: line({ x: lane, y: at(STACK.caller + STACK.box) }, start),
          way: curve(start, end, 'y'),
          head: arrow(end, 0, sign),
          middle: half(start, end),
        });
      }
    }
  }
  return { width, height, processes: boxes, servers, links, callers };
}

function limited(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** The arrows of several processes come in beside each other. */
function spread(from: number, length: number, index: number, count: number): number {
  const step = Math.min(22, (length - 24) / count);
  return from + length / 2 + (index - (count - 1) / 2) * step;
}

function half(from: Point, to: Point): Point {
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

function line(from: Point, to: Point): string {
  return `M${from.x} ${from.y}L${to.x} ${to.y}`;
}

/** Leaves and arrives along one axis. Its middle is halfway between its ends. */
function curve(from: Point, to: Point, axis: 'x' | 'y'): string {
  const { x, y } = half(from, to);
  return axis === 'x'
    ? `M${from.x} ${from.y}C${x} ${from.y} ${x} ${to.y} ${to.x} ${to.y}`
    : `M${from.x} ${from.y}C${from.x} ${y} ${to.x} ${y} ${to.x} ${to.y}`;
}

/** The head of an arrow that goes this way. */
function arrow({ x, y }: Point, towardsX: number, towardsY: number): string {
  const back = { x: x - towardsX * HEAD, y: y - towardsY * HEAD };
  const wide = HEAD * 0.6;
  return [
    `${x},${y}`,
    `${back.x + towardsY * wide},${back.y + towardsX * wide}`,
    `${back.x - towardsY * wide},${back.y - towardsX * wide}`,
  ].join(' ');
}
