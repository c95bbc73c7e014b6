import { Dice } from '../../../common/dice';
import type { Tap, TapOutcome } from '../../../modules/taps/tap';
import type { Boarding } from '../history/events';
import type { World } from '../history/simulation';
import type { Value } from '../load/copy';
import type { Device } from '../network/validators';
import { cardNumber } from '../people/card-rows';
import type { HotCards } from './hot-cards';

export const VALIDATOR_COLUMNS = [
  'validator_id',
  'number',
  'concessionaire_id',
  'station_id',
  'vehicle_id',
  'route_id',
  'hotlist_version',
  'clock_offset_ms',
  'last_heard_at',
  'received_through',
  'highest_sequence',
] as const;

export const TAP_COLUMNS = [
  'validator_id',
  'sequence',
  'kind',
  'decision',
  'card_number',
  'station_id',
  'route_id',
  'tapped_at',
  'corrected_at',
  'received_at',
  'hotlist_version',
  'outcome',
  'card_id',
  'trip_id',
] as const;

export const SUSPENDED_COLUMNS = [
  'validator_id',
  'sequence',
  'reason',
  'kind',
  'decision',
  'card_number',
  'station_id',
  'route_id',
  'tapped_at',
  'corrected_at',
  'received_at',
  'hotlist_version',
] as const;

/** A tap that a device decided by itself, and reported at once. */
interface SeededTap {
  readonly at: number;
  readonly decision: Tap['decision'];
  readonly outcome: Exclude<TapOutcome, 'duplicate'>;
  readonly cardNumber: string;
  /** Null for a card that does not exist. */
  readonly card: number | null;
  readonly boarding: Boarding | null;
}

interface NumberedTap extends SeededTap {
  readonly sequence: number;
}

const MOST_REFUSED = 5;
/** All devices that are not quiet were heard of within so many seconds. */
const LATEST_SECONDS = 25 * 60;
/** A device whose reader is worn, by its id, and what it read. */
const WORN: Readonly<Record<number, readonly string[]>> = {
  41: ['10100000000?0418', '1010??0000001226'],
  112: ['0000000000000000'],
};
const WORN_SECONDS = 90 * 60;

/** What the devices of the city have reported: cards that they refused, rides of cards that could not pay, and what nobody can charge. */
export class DeviceReports {
  private readonly taps: ReadonlyMap<number, readonly NumberedTap[]>;
  private readonly dice: Dice;

  /** @param debts the boardings that cards could not pay. */
  constructor(
    private readonly world: World,
    private readonly hotCards: HotCards,
    debts: Iterable<Boarding>,
  ) {
    this.dice = new Dice(world.seed, 'taps');
    const rides = new Map<number, Boarding[]>();
    for (const boarding of debts) {
      const device = this.deviceOf(boarding);
      rides.set(device.id, [...(rides.get(device.id) ?? []), boarding]);
    }
    this.taps = new Map(
      world.validators.all.map((device) => [device.id, this.tapsOf(device, rides.get(device.id) ?? [])]),
    );
  }

  /** Returns the device that reported a boarding, and the number that it gave the tap. */
  tapOf(boarding: Boarding): { readonly device: Device; readonly sequence: number } {
    const device = this.deviceOf(boarding);
    const tap = this.taps.get(device.id)?.find(({ card }) => card === boarding.card);
    if (!tap) throw new Error(`no device has reported the boarding of card ${boarding.card + 1}`);
    return { device, sequence: tap.sequence };
  }

  *validatorRows(): Generator<readonly Value[]> {
    for (const device of this.world.validators.all) {
      const taps = this.taps.get(device.id) ?? [];
      const highest = taps.at(-1)?.sequence ?? 0;
      const heardAt = taps.at(-1)?.at ?? null;
      yield [
        device.id,
        device.number,
        device.concessionaireId,
        device.stationId,
        device.vehicleId,
        device.routeId,
        heardAt === null ? null : this.versionAt(heardAt),
        heardAt === null ? null : 0,
        heardAt === null ? null : this.world.timeline.stamp(heardAt),
        device.missingTaps === 0 ? highest : taps.length - 1,
        highest,
      ];
    }
  }

  *tapRows(): Generator<readonly Value[]> {
    for (const [device, tap, stamp] of this.stamped()) {
      const { sequence, decision, cardNumber: number, card, boarding, outcome } = tap;
      const place = this.placeOf(device, boarding);
      const version = this.versionAt(tap.at);
      const subject = [card === null ? null : card + 1, boarding?.trip ?? null];
      const times = [stamp, stamp, stamp];
      yield [
        device.id,
        sequence,
        'entry',
        decision,
        number,
        ...place,
        ...times,
        version,
        outcome,
        ...subject,
      ];
    }
  }

  *suspendedRows(): Generator<readonly Value[]> {
    for (const [device, tap, stamp] of this.stamped()) {
      if (tap.outcome !== 'suspense') continue;
      const { sequence, decision, cardNumber: number, boarding } = tap;
      const place = this.placeOf(device, boarding);
      const version = this.versionAt(tap.at);
      yield [
        device.id,
        sequence,
        'unknown_card',
        'entry',
        decision,
        number,
        ...place,
        stamp,
        stamp,
        stamp,
        version,
      ];
    }
  }

  private *stamped(): Generator<readonly [Device, NumberedTap, string]> {
    for (const device of this.world.validators.all)
      for (const tap of this.taps.get(device.id) ?? [])
        yield [device, tap, this.world.timeline.stamp(tap.at)];
  }

  /** The taps of a device in the order of time. A gap in their numbers is before the last one. */
  private tapsOf(device: Device, rides: readonly Boarding[]): NumberedTap[] {
    const { end } = this.world.timeline;
    const latest = Math.max(
      0,
      device.quietHours > 0 ? end - device.quietHours * 3_600 : end - this.dice.between(5, LATEST_SECONDS),
    );
    const refusals = [
      ...Array.from({ length: this.dice.below(MOST_REFUSED) }, () => this.dice.below(latest + 1)),
      latest,
    ];
    const worn = WORN[device.id] ?? [];
    const taps: SeededTap[] = [
      ...refusals.map((at) => this.refusal(Math.floor(at))),
      ...worn.map((cardNumber, n) =>
        this.unreadable(Math.max(0, Math.floor(latest) - WORN_SECONDS + n), cardNumber),
      ),
      ...rides.map((boarding): SeededTap => ({
        at: boarding.at,
        decision: 'accepted',
        outcome: 'rated',
        cardNumber: cardNumber(boarding.card + 1),
        card: boarding.card,
        boarding,
      })),
    ];
    const ordered = taps.sort((one, other) => one.at - other.at);
    return ordered.map((tap, n) => ({
      ...tap,
      sequence: n + 1 + (n === ordered.length - 1 ? device.missingTaps : 0),
    }));
  }

  /** Of a card that was on the hotlist then; before the first one, of a card of somebody else's system. */
  private refusal(at: number): SeededTap {
    const count = this.versionAt(at);
    const card = count === 0 ? null : this.hotCards.cardAt(this.dice.below(count));
    return {
      at,
      decision: 'refused',
      outcome: 'refused',
      cardNumber: card === null ? FOREIGN_NUMBER : cardNumber(card + 1),
      card,
      boarding: null,
    };
  }

  /** The version of the hotlist that a device has at a second: what came before. */
  private versionAt(second: number): number {
    return this.hotCards.versionAt(second - 1);
  }

  private unreadable(at: number, cardNumber: string): SeededTap {
    return { at, decision: 'accepted', outcome: 'suspense', cardNumber, card: null, boarding: null };
  }

  private deviceOf({ leg }: Boarding): Device {
    const route = this.world.city.route(leg.route);
    const device = this.world.validators.at(route, route.stops[leg.from]?.id ?? 0);
    if (!device) throw new Error(`no device is at stop ${leg.from} of route ${route.code}`);
    return device;
  }

  /** Station and route. In a vehicle a tap names its stop. */
  private placeOf(device: Device, boarding: Boarding | null): [station: number | null, route: number | null] {
    if (boarding) {
      const route = this.world.city.route(boarding.leg.route);
      return [route.stops[boarding.leg.from]?.id ?? null, route.id];
    }
    return [device.stationId ?? this.firstStopOf(device), device.routeId];
  }

  private firstStopOf({ routeId }: Device): number | null {
    return this.world.city.routes.find(({ id }) => id === routeId)?.stops[0]?.id ?? null;
  }
}

const FOREIGN_NUMBER = '9000000000000000';
