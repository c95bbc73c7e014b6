import { call } from '../../api/call';
import type { ImaginedBoarding, PricedBoarding, PriceRequest } from '../../api/schema';
import { isDay, momentOf, shiftDay, today } from '../../lib/days';
import { oneOf } from './draft';

export const ROUTE_TYPES = ['TRONCAL', 'DUAL', 'CABLE', 'ZONAL_UCE', 'ALIMENTADORA'] as const;
export type RouteType = (typeof ROUTE_TYPES)[number];
export const RIDER_CATEGORIES = ['standard', 'senior', 'sisben', 'disability'] as const;
export type RiderCategory = (typeof RIDER_CATEGORIES)[number];

/** A boarding as it is written. */
export interface Written {
  readonly type: RouteType;
  readonly route: string;
  readonly station: string;
  /** `07:42` */
  readonly time: string;
  /** How many days after the boarding before it. */
  readonly days: number;
}

/** So many fit into an address that can be shared. */
export const MOST_WRITTEN = 20;
const MOST_DAYS = 31;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What the address says: a card, and its boardings one after another. */
export interface Sequence {
  readonly personalised: boolean;
  readonly category: RiderCategory;
  /** As it is written. */
  readonly balance: string;
  /** The day of the first boarding. */
  readonly day: string;
  readonly boardings: readonly Written[];
}

type Query = Readonly<Record<string, string | undefined>>;

export function readSequence(query: Query): Sequence {
  return {
    personalised: query.card !== 'basic',
    category: oneOf(RIDER_CATEGORIES, query.category),
    balance: query.balance ?? '',
    day: query.day !== undefined && isDay(query.day) ? query.day : today(),
    boardings: query.b === undefined ? (EXAMPLES[0]?.boardings ?? []) : parse(query.b),
  };
}

/** Boardings as an address has them: `TRONCAL~J74~Portal~07:00~0;…` */
export function toText(boardings: readonly Written[]): string {
  return boardings
    .map(({ type, route, station, time, days }) =>
      [type, route, station, time, String(days)].map(escaped).join('~'),
    )
    .join(';');
}

function parse(text: string): Written[] {
  return text
    .split(';')
    .filter((part) => part !== '')
    .slice(0, MOST_WRITTEN)
    .map((part) => {
      const [type, route = '', station = '', time = '', days] = part.split('~').map(unescaped);
      return {
        type: oneOf(ROUTE_TYPES, type),
        route,
        station,
        time,
        days: Math.min(MOST_DAYS, Number(days) || 0),
      };
    });
}

/** The two characters that divide an address, and the one that stands for them. */
function escaped(text: string): string {
  return text.replace(/[~;!]/g, (character) => ({ '~': '!1', ';': '!2', '!': '!0' })[character] ?? character);
}

function unescaped(text: string): string {
  return text.replace(/![012]/g, (code) => ({ '!1': '~', '!2': ';', '!0': '!' })[code] ?? code);
}

/** What is wrong with a boarding. */
export function faultsOf({ route, station, time }: Written): {
  time: boolean;
  route: boolean;
  station: boolean;
} {
  return { time: !TIME.test(time), route: route.trim() === '', station: station.trim() === '' };
}

/** Null for a balance that is not one; undefined for none. */
export function balanceOf(text: string): number | null | undefined {
  const written = text.replace(/[$\s\u00a0]/g, '').replace('−', '-');
  if (written === '') return undefined;
  if (!/^-?(\d{1,9}|\d{1,3}([.,]\d{3})+)$/.test(written)) return null;
  return Number(written.replace(/[.,]/g, ''));
}

/** On which day each boarding is. A time before the one before it means the day after. */
export function daysOfBoardings({ day, boardings }: Pick<Sequence, 'boardings' | 'day'>): string[] {
  let now = day;
  return boardings.map(({ time, days }, index) => {
    const earlier = boardings[index - 1];
    if (earlier) now = shiftDay(now, Math.max(days, time < earlier.time ? 1 : 0));
    return now;
  });
}

/** What the service is asked; null while something is wrong or missing. */
export function requestOf(sequence: Sequence): PriceRequest | null {
  const { personalised, category, boardings } = sequence;
  const balance = balanceOf(sequence.balance);
  if (balance === null || boardings.length === 0) return null;
  if (boardings.some((written) => Object.values(faultsOf(written)).some(Boolean))) return null;
  const days = daysOfBoardings(sequence);
  return {
    personalised,
    ...(personalised && { rider_category: category }),
    ...(balance !== undefined && { balance }),
    boardings: boardings.map(({ type, route, station, time }, index) => ({
      route_type: type,
      route: route.trim(),
      station: station.trim(),
      at: new Date(momentOf(days[index] ?? sequence.day, time)).toISOString(),
    })),
  };
}

/** A boarding, the service day on which it is, and what it costs. */
export interface Step extends PricedBoarding {
  readonly day: string;
  readonly asked: ImaginedBoarding;
}

export interface PricedSequence {
  readonly steps: readonly Step[];
  readonly total: number;
  /** What a card pays in each of the days, and the most that it may pay then. */
  readonly days: readonly { readonly day: string; readonly paid: number; readonly cap: number | null }[];
}

export async function price(
  request: PriceRequest,
  days: readonly string[],
  signal: AbortSignal,
): Promise<PricedSequence> {
  const different = [...new Set(days)];
  const [{ boardings, total }, ...fares] = await Promise.all([
    call('POST /fares/price', { body: request }, { signal }),
    ...different.map((on) => call('GET /fares', { query: { on } }, { signal })),
  ]);
  const steps = boardings.flatMap((priced, index): Step[] => {
    const asked = request.boardings[index];
    return asked ? [{ ...priced, asked, day: days[index] ?? '' }] : [];
  });
  return {
    steps,
    total,
    days: different.map((day, index) => ({
      day,
      paid: steps.reduce((sum, step) => (step.day === day ? sum + step.amount : sum), 0),
      cap: fares[index]?.limits.find(({ limit_name }) => limit_name === 'daily_cap')?.value ?? null,
    })),
  };
}

const at = (type: RouteType, route: string, station: string, time: string, days = 0): Written => ({
  type,
  route,
  station,
  time,
  days,
});

/** Sequences that show something; their names are in the texts. */
export const EXAMPLES: readonly { readonly boardings: readonly Written[]; readonly balance?: string }[] = [
  {
    boardings: [
      at('ALIMENTADORA', '6-3', 'Barrio Kennedy', '07:00'),
      at('TRONCAL', 'J74', 'Portal Américas', '07:30'),
      at('ZONAL_UCE', 'E17', 'Calle 100', '08:20'),
      at('ZONAL_UCE', 'H602', 'Calle 134', '08:55'),
    ],
  },
  {
    boardings: [
      at('ZONAL_UCE', 'E17', 'Suba', '06:00'),
      at('TRONCAL', 'B11', 'Portal Norte', '07:10'),
      at('ZONAL_UCE', 'H602', 'Calle 26', '08:20'),
    ],
  },
  {
    boardings: [
      at('TRONCAL', 'J74', 'Portal Sur', '07:00'),
      at('TRONCAL', 'B11', 'Calle 100', '07:45'),
      at('ZONAL_UCE', 'E17', 'Calle 134', '08:15'),
    ],
  },
  {
    balance: '1000',
    boardings: [
      at('TRONCAL', 'J74', 'Portal Sur', '07:00'),
      at('ZONAL_UCE', 'E17', 'Suba', '07:30', 1),
      at('ZONAL_UCE', 'H602', 'Calle 26', '07:30', 1),
    ],
  },
];
