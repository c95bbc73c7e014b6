import { Dice } from '../../src/common/dice';
import { fareComponentOf } from '../../src/modules/fares/route-type';
import type { RideableRoute } from '../../src/modules/trips/rideable-network';
import { WayPlanner } from '../../src/modules/trips/way-planner';
import type { DaySize } from './options';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** In the order in which riders travel: to work, back, and what else there is. */
const PEAKS = [6.5, 17.5, 13] as const;
const SPREAD_HOURS = 1.5;
const FIRST_HOUR = 4;
const LAST_HOUR = 22;
/** Ways that riders take over and over; to draw one for each of millions would take minutes. */
const WAYS = 20_000;
const EXIT_SHARE = 0.1;

/** Where a device is. */
export type Place = { readonly station_id: number } | { readonly route_id: number };

/** Taps of one device that are sent together, in the order in which they are numbered. */
export interface Batch {
  readonly device: number;
  /** The first and behind the last of its taps, in the plan's order. */
  readonly from: number;
  readonly until: number;
  /** The number of the first tap. */
  readonly sequence: number;
  /** Whether it was sent before. */
  readonly isRepetition: boolean;
}

/** A stop at which riders board. */
interface Stop {
  readonly route_id: number;
  readonly station_id: number;
}

/** All that is going to be sent. Taps are in columns, because there may be millions: by device, then by time. */
export interface Day {
  readonly devices: readonly Place[];
  /** Milliseconds since the beginning of the day. */
  readonly at: Float64Array;
  /** The number of the card, from 0. */
  readonly card: Int32Array;
  readonly stop: Int32Array;
  readonly isExit: Uint8Array;
  readonly stops: readonly Stop[];
  /** In the order in which they are sent. */
  readonly batches: readonly Batch[];
}

interface Ride {
  readonly stop: number;
  readonly exit: number;
  readonly isTrunk: boolean;
}

/** The same network and size give the same day. */
export function planDay(routes: readonly RideableRoute[], size: DaySize): Day {
  const stops: Stop[] = [];
  const devices = placeDevices(routes, size.validators);
  const drawn = drawTaps(drawWays(routes, stops, size.seed), stops, devices, size);
  const order = new Uint32Array(size.taps).map((_, n) => n);
  order.sort(
    (one, other) =>
      at(drawn.device, one) - at(drawn.device, other) || at(drawn.at, one) - at(drawn.at, other),
  );
  const sorted = {
    device: drawn.device.map((_, n) => at(drawn.device, at(order, n))),
    at: drawn.at.map((_, n) => at(drawn.at, at(order, n))),
    card: drawn.card.map((_, n) => at(drawn.card, at(order, n))),
    stop: drawn.stop.map((_, n) => at(drawn.stop, at(order, n))),
    isExit: drawn.isExit.map((_, n) => at(drawn.isExit, at(order, n))),
  };
  return {
    ...sorted,
    devices: devices.places,
    stops,
    batches: cutIntoBatches(sorted.device, sorted.at, size),
  };
}

export function at(values: { readonly [n: number]: number }, n: number): number {
  return values[n] ?? 0;
}

interface Devices {
  readonly places: readonly Place[];
  /** The devices at the gates of each station, and in the buses of each route. */
  readonly gates: ReadonlyMap<number, readonly number[]>;
  readonly buses: ReadonlyMap<number, readonly number[]>;
}

/** Half of them at gates of trunk stations, the others in buses. */
function placeDevices(routes: readonly RideableRoute[], count: number): Devices {
  const trunk = routes.filter(({ route_type }) => fareComponentOf(route_type) === 'trunk');
  const stations = [...new Set(trunk.flatMap(({ stops }) => stops.map(({ station_id }) => station_id)))];
  const places: Place[] = [];
  const gates = new Map<number, number[]>();
  const buses = new Map<number, number[]>();
  const put = (map: Map<number, number[]>, id: number | undefined, place: (id: number) => Place): void => {
    if (id === undefined) return;
    map.set(id, [...(map.get(id) ?? []), places.push(place(id)) - 1]);
  };
  const atGates = Math.floor(count / 2);
  for (let n = 0; n < atGates && stations.length > 0; n += 1)
    put(gates, stations[n % stations.length], (station_id) => ({ station_id }));
  for (let n = 0; places.length < count; n += 1)
    put(buses, routes[n % routes.length]?.route_id, (route_id) => ({ route_id }));
  // A device in a bus may be tapped anywhere, so where there are few of them routes share one.
  const known = [...buses.values()];
  routes.forEach(({ route_id }, n) =>
    buses.set(route_id, buses.get(route_id) ?? known[n % known.length] ?? []),
  );
  return { places, gates, buses };
}

function drawWays(routes: readonly RideableRoute[], stops: Stop[], seed: number): readonly Ride[][] {
  const planner = new WayPlanner(routes, new Dice(seed, 'ways'));
  const trunk = new Set(
    routes.flatMap(({ route_id, route_type }) => (fareComponentOf(route_type) === 'trunk' ? [route_id] : [])),
  );
  return Array.from({ length: WAYS }, () =>
    planner.draw().map(({ route_id, boarding_station_id, disembarking_station_id }) => ({
      stop: stops.push({ route_id, station_id: boarding_station_id }) - 1,
      exit: stops.push({ route_id, station_id: disembarking_station_id }) - 1,
      isTrunk: trunk.has(route_id),
    })),
  );
}

type Taps = Pick<Day, 'at' | 'card' | 'stop' | 'isExit'> & { readonly device: Int32Array };

/** Each card has a way, then each has another, until there are enough taps. */
function drawTaps(
  ways: readonly Ride[][],
  stops: readonly Stop[],
  { gates, buses }: Devices,
  { seed, taps, cards }: DaySize,
): Taps {
  const dice = new Dice(seed, 'taps');
  const drawn: Taps = {
    at: new Float64Array(taps),
    card: new Int32Array(taps),
    stop: new Int32Array(taps),
    isExit: new Uint8Array(taps),
    device: new Int32Array(taps),
  };
  let count = 0;
  const add = (time: number, card: number, stop: number, isTrunk: boolean, isExit: boolean): void => {
    if (count === taps) return;
    const { route_id = 0, station_id = 0 } = stops[stop] ?? {};
    const there = (isTrunk ? gates.get(station_id) : null) ?? buses.get(route_id) ?? [];
    drawn.at[count] = Math.round(time / 1_000) * 1_000;
    drawn.card[count] = card;
    drawn.stop[count] = stop;
    drawn.isExit[count] = isExit ? 1 : 0;
    drawn.device[count] = there[dice.below(there.length)] ?? 0;
    count += 1;
  };
  for (let n = 0; count < taps; n += 1) {
    const peak = PEAKS[Math.min(Math.floor(n / cards), PEAKS.length - 1)] ?? 12;
    // The sum of three has a bell's shape.
    const hour = peak + (dice.share() + dice.share() + dice.share() - 1.5) * 2 * SPREAD_HOURS;
    let time = Math.min(Math.max(hour, FIRST_HOUR), LAST_HOUR) * HOUR_MS;
    for (const { stop, exit, isTrunk } of ways[dice.below(ways.length)] ?? []) {
      add(time, n % cards, stop, isTrunk, false);
      time += dice.between(10, 40) * MINUTE_MS;
      if (isTrunk && dice.chance(EXIT_SHARE)) add(time, n % cards, exit, true, true);
      time += dice.between(1, 8) * MINUTE_MS;
    }
  }
  return drawn;
}

/** A batch is sent when its last tap has happened; some are sent hours later, and some once more. */
function cutIntoBatches(device: Int32Array, time: Float64Array, { seed, batch, late }: DaySize): Batch[] {
  const dice = new Dice(seed, 'batches');
  const sends: { readonly due: number; readonly batch: Batch }[] = [];
  let sequence = 1;
  for (let from = 0; from < device.length;) {
    const owner = at(device, from);
    let until = from;
    while (until < device.length && until - from < batch && at(device, until) === owner) until += 1;
    const cut = { device: owner, from, until, sequence };
    const due = at(time, until - 1);
    const fate = dice.share();
    const delay = dice.between(1, 12) * HOUR_MS;
    sends.push({ due: fate < late / 2 ? due + delay : due, batch: { ...cut, isRepetition: false } });
    if (fate >= 1 - late / 2) sends.push({ due: due + delay, batch: { ...cut, isRepetition: true } });
    sequence = at(device, until) === owner ? sequence + until - from : 1;
    from = until;
  }
  return sends.sort((one, other) => one.due - other.due).map(({ batch: one }) => one);
}
