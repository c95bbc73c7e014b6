import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { ValidatorNotActiveError } from '../../common/http/problem/tap-errors';
import { Clock } from '../../common/time/clock';
import { evictions } from '../../platform/cache/evictions';
import { AppConfig } from '../../platform/config/app-config';
import { pipelined } from '../../platform/postgres/pipelined';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import type { Validator } from '../validators/validator.entity';
import { ValidatorsRepository } from '../validators/validators.repository';
import { clockOffsetMs, correctedTime } from './device-clock';
import type { ReportedTap, ReportedTaps } from './dto/tap-requests.dto';
import type { TapResult, TapResults } from './dto/tap-responses.dto';
import { isRepetition, type KnownTap, type SuspenseReason, type Tap, timeOf, unreadableTimeOf } from './tap';
import { type PlacedTap, type TapContext, TapRating } from './tap-rating.service';
import { type KeptTap, TapsRepository } from './taps.repository';

/** How far a tap may be ahead of the moment at which it is received, by its corrected time. */
const MOST_AHEAD_MS = 120_000;
const DAY_MS = 86_400_000;

/** The taps of a batch by what has to be done with them. */
interface SortedTaps {
  /** First under their sequence numbers. */
  readonly added: readonly Tap[];
  /** Of those, what is to be charged or to end a trip. */
  readonly placed: readonly PlacedTap[];
  readonly suspended: ReadonlyMap<Tap, SuspenseReason>;
  readonly refused: ReadonlySet<Tap>;
}

/**
 * Takes what devices report: each tap once, however often, in whatever pieces and in whatever order it is sent. The lock of the device
 * lets its batches in one after the other; the cards are locked in the order of their ids, so batches do not deadlock.
 */
@Injectable()
export class TapsService {
  constructor(
    private readonly taps: TapsRepository,
    private readonly rating: TapRating,
    private readonly validators: ValidatorsRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * @throws NotFoundError if there is no such device.
   * @throws ValidatorNotActiveError if it is out of service, and nobody hands the taps in for it.
   */
  async take(reported: ReportedTaps, request: WriteRequest): Promise<TapResults> {
    const receivedAt = this.clock.now();
    const validatorId = deviceOf(reported);
    const isHandedIn = (reported.on_behalf_of ?? null) !== null;
    const offsetMs = clockOffsetMs(new Date(reported.sent_at), receivedAt);
    const taps = reported.taps.map((tap) => toTap(tap, offsetMs));
    const usable = taps.filter((tap) => tap.decision === 'accepted' && !this.outOfTime(tap, receivedAt));
    const prefetch = (manager: EntityManager) =>
      pipelined({
        validator: this.validators.lockOrFail(manager, validatorId),
        context: this.rating.read(manager, validatorId, usable),
        known: this.taps.findKnown(manager, validatorId, [...new Set(taps.map(({ sequence }) => sequence))]),
      });
    const options = { evicts: evictions.tapsTaken, request, prefetch };
    return this.writes.run(options, async (manager, { validator, known, context }) => {
      if (validator.status !== 'active' && !isHandedIn) throw new ValidatorNotActiveError(validatorId);
      const sorted = this.sort(taps, known, validator, context, receivedAt);
      const rated = await this.rating.rate(manager, context, validator, sorted.placed, receivedAt);
      const kept = sorted.added.map((tap) =>
        keep(tap, sorted, context, rated.results.get(tap)?.trip_id ?? null),
      );
      const sequences = await this.sequencesAfter(manager, validator, sorted.added);
      const { suspended } = sorted;
      // 8,000 devices say each five minutes that they are there. The trail would have nothing else in it.
      const isNews = kept.length > 0 || suspended.size > 0 || isHandedIn;
      return {
        response: {
          validator_id: validatorId,
          received_at: receivedAt,
          results: taps.map((tap) => toResult(tap, sorted, rated.results.get(tap))),
          next_expected_sequence: sequences.received_through + 1,
          highest_sequence: sequences.highest_sequence,
        },
        touches: rated.touches,
        audit: isNews
          ? {
              object: { kind: 'validator', id: validatorId },
              changes: {
                taps: kept,
                suspended: [...suspended],
                on_behalf_of: reported.on_behalf_of,
                // By this the trail is searched for the trips of the batch.
                received_at: receivedAt,
              },
            }
          : null,
        statements: [
          ...rated.statements,
          ...(kept.length > 0 ? [this.taps.keeping(validatorId, kept, receivedAt)] : []),
          ...(suspended.size > 0
            ? [
                this.taps.suspending(
                  validatorId,
                  [...suspended].map(([tap, reason]) => ({ tap, reason })),
                  receivedAt,
                ),
              ]
            : []),
          this.validators.hearing({
            validator_id: validatorId,
            // Who hands in taps for a device says nothing of how it is now.
            hotlist_version: isHandedIn ? null : newestHotlist(reported),
            clock_offset_ms: isHandedIn ? null : offsetMs,
            last_heard_at: isHandedIn ? null : receivedAt,
            ...sequences,
          }),
        ],
      };
    });
  }

  private outOfTime({ corrected_at }: Tap, receivedAt: Date): SuspenseReason | null {
    if (!corrected_at) return 'unreadable_time';
    const ahead = corrected_at.getTime() - receivedAt.getTime();
    if (ahead > MOST_AHEAD_MS) return 'future';
    return -ahead > this.config.get('TAP_MAX_DAYS') * DAY_MS ? 'too_old' : null;
  }

  private sort(
    taps: readonly Tap[],
    known: readonly KnownTap[],
    validator: Validator,
    context: TapContext,
    receivedAt: Date,
  ): SortedTaps {
    const received = new Map(known.map((tap) => [tap.sequence, tap]));
    const added: Tap[] = [];
    const placed: PlacedTap[] = [];
    const suspended = new Map<Tap, SuspenseReason>();
    const refused = new Set<Tap>();
    for (const tap of taps) {
      const before = received.get(tap.sequence);
      if (before) {
        if (!isRepetition(tap, before)) suspended.set(tap, 'sequence_reused');
        continue;
      }
      received.set(tap.sequence, toKnown(tap));
      added.push(tap);
      if (tap.decision === 'refused') {
        refused.add(tap);
        continue;
      }
      const place = this.outOfTime(tap, receivedAt) ?? this.rating.place(tap, validator, context);
      if (typeof place === 'string') suspended.set(tap, place);
      else placed.push(place);
    }
    return { added, placed, suspended, refused };
  }

  /** The device's sequence numbers after this batch. They are only looked for where one was missing. */
  private async sequencesAfter(
    manager: EntityManager,
    { validator_id, received_through, highest_sequence }: Validator,
    added: readonly Tap[],
  ): Promise<{ received_through: number; highest_sequence: number }> {
    const sequences = new Set(added.map(({ sequence }) => sequence));
    const highest = Math.max(highest_sequence, ...sequences);
    let through = received_through;
    while (sequences.has(through + 1)) through += 1;
    if (through > received_through && highest_sequence > received_through)
      through = await this.taps.findReceivedThrough(manager, validator_id, through, sequences);
    return { received_through: through, highest_sequence: highest };
  }
}

/** Which hotlist the device has; null if it does not say so. */
function newestHotlist({ hotlist_version, taps }: ReportedTaps): number | null {
  const versions = [hotlist_version, ...taps.map((tap) => tap.hotlist_version)].flatMap((one) => one ?? []);
  return versions.length === 0 ? null : Math.max(...versions);
}

/** @throws InvalidValueError unless the request names exactly one device. */
function deviceOf({ validator_id, on_behalf_of }: ReportedTaps): number {
  // Null means the same as a member that is left out.
  const [device, other] = [validator_id, on_behalf_of].flatMap((id) => id ?? []);
  if (device !== undefined && other === undefined) return device;
  throw new InvalidValueError('The taps are not acceptable.', [
    { pointer: '/validator_id', detail: 'must be given, or else on_behalf_of: taps are those of one device' },
  ]);
}

function toTap(reported: ReportedTap, offsetMs: number): Tap {
  const { sequence, kind, decision, card_number, tapped_at } = reported;
  return {
    sequence,
    kind,
    decision,
    card_number,
    route_id: reported.route_id ?? null,
    station_id: reported.station_id ?? null,
    tapped_at,
    corrected_at: correctedTime(tapped_at, offsetMs),
    hotlist_version: reported.hotlist_version ?? null,
  };
}

function toKnown(tap: Tap): KnownTap {
  const { sequence, kind, decision, card_number, route_id, station_id } = tap;
  const time = timeOf(tap);
  return {
    sequence,
    kind,
    decision,
    card_number,
    route_id,
    station_id,
    tapped_at: time === null ? null : new Date(time),
    unreadable_at: unreadableTimeOf(tap),
  };
}

function keep(tap: Tap, sorted: SortedTaps, context: TapContext, tripId: number | null): KeptTap {
  const outcome = sorted.refused.has(tap) ? 'refused' : sorted.suspended.has(tap) ? 'suspense' : 'rated';
  const card_id = context.cards.get(tap.card_number)?.card_id ?? null;
  return Object.assign({ outcome, card_id, trip_id: tripId } as const, tap);
}

function toResult(
  tap: Tap,
  { suspended, refused }: SortedTaps,
  rated: { trip_id: number | null; fare_amount: number | null } | undefined,
): TapResult {
  const nothing = { trip_id: null, fare_amount: null };
  const { sequence } = tap;
  const reason = suspended.get(tap) ?? null;
  if (reason) return { sequence, outcome: 'suspense', reason, ...nothing };
  if (refused.has(tap)) return { sequence, outcome: 'refused', reason, ...nothing };
  if (!rated) return { sequence, outcome: 'duplicate', reason, ...nothing };
  return { sequence, outcome: 'rated', reason, ...rated };
}
