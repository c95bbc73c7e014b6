import type { FareDecision } from '../../fares/engine/decide-fare';
import { toFareReasons } from '../../fares/fare-reasons';
import type { RepricedTrip } from '../dto/repricing.dto';
import type { DayTrip } from './repricing.repository';

const MOST_SAMPLES = 20;

/** Boardings of one locality, route or profile. */
export interface PartSums {
  boardings: number;
  before: number;
  after: number;
}

/** What boardings were charged and would have been charged, added up card by card. */
export class RepricedSums {
  readonly localities = new Map<number | null, PartSums>();
  readonly routes = new Map<number, PartSums>();
  readonly profiles = new Map<string, PartSums>();
  readonly samples: RepricedTrip[] = [];
  readonly all: PartSums = { boardings: 0, before: 0, after: 0 };
  readonly riders = { more: 0, less: 0, same: 0 };
  /** The sum of the squares of what each card would have paid more or less. */
  squares = 0;

  addTrip(trip: DayTrip, fare: FareDecision, profile: string): void {
    const { fare_amount: before } = trip;
    const { amount: after } = fare;
    for (const sums of [
      this.all,
      partOf(this.localities, trip.location_id),
      partOf(this.routes, trip.route_id),
      partOf(this.profiles, profile),
    ]) {
      sums.boardings += 1;
      sums.before += before;
      sums.after += after;
    }
    if (before === after || this.samples.length >= MOST_SAMPLES) return;
    const { trip_id, boarding_time } = trip;
    this.samples.push({ trip_id, boarding_time, before, after, reasons: toFareReasons(fare, false) });
  }

  addCard(before: number, after: number): void {
    this.squares += (after - before) ** 2;
    if (after > before) this.riders.more += 1;
    else if (after < before) this.riders.less += 1;
    else this.riders.same += 1;
  }
}

function partOf<Key>(parts: Map<Key, PartSums>, key: Key): PartSums {
  let sums = parts.get(key);
  if (!sums) parts.set(key, (sums = { boardings: 0, before: 0, after: 0 }));
  return sums;
}
