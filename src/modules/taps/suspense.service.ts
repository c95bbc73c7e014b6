import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { NotFoundError, type Resource } from '../../common/http/problem/not-found-error';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { TapAlreadyResolvedError } from '../../common/http/problem/tap-errors';
import { RiderErasedError } from '../../common/http/problem/card-errors';
import { NoTariffError, StationNotOnRouteError } from '../../common/http/problem/trip-errors';
import { Clock } from '../../common/time/clock';
import { isInTheFuture } from '../../common/time/in-the-future';
import { evictions, type TapsSubject } from '../../platform/cache/evictions';
import { pipelined } from '../../platform/postgres/pipelined';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { CardsRepository } from '../cards/cards.repository';
import type { Validator } from '../validators/validator.entity';
import { ValidatorsRepository } from '../validators/validators.repository';
import type { SuspenseQuery } from './dto/tap-queries.dto';
import type { ResolveTap } from './dto/tap-requests.dto';
import type { SuspendedTapPage, SuspendedTapResponse } from './dto/tap-responses.dto';
import type { SuspenseReason, Tap } from './tap';
import { TapRating } from './tap-rating.service';
import { TapsRepository } from './taps.repository';

const NOTHING_TOUCHED: TapsSubject = { cards: [], trip_ids: [], changes_debt: false };

/** The taps for which a person decides. */
@Injectable()
export class SuspenseService {
  constructor(
    private readonly taps: TapsRepository,
    private readonly rating: TapRating,
    private readonly cards: CardsRepository,
    private readonly validators: ValidatorsRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  async list({ limit, cursor, ...filter }: SuspenseQuery): Promise<SuspendedTapPage> {
    const found = await this.taps.findSuspended(filter, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (tap) => tap.suspense_id);
    return { taps: rows, next_cursor };
  }

  /** @throws TapAlreadyResolvedError when a person has decided before. */
  async resolve(
    suspenseId: number,
    decided: ResolveTap,
    request: WriteRequest,
  ): Promise<SuspendedTapResponse> {
    return decided.action === 'dismiss'
      ? this.dismiss(suspenseId, decided, request)
      : this.charge(suspenseId, decided, request);
  }

  private async dismiss(
    suspenseId: number,
    { reason }: ResolveTap,
    request: WriteRequest,
  ): Promise<SuspendedTapResponse> {
    const options = { evicts: evictions.tapsTaken, request };
    return this.writes.run(options, async (manager) => {
      const suspended = await this.lockOpen(manager, suspenseId);
      const resolved = {
        resolution: 'dismissed' as const,
        resolved_at: this.clock.now(),
        resolution_reason: reason,
        trip_id: null,
      };
      return {
        response: { ...suspended, ...resolved },
        touches: NOTHING_TOUCHED,
        audit: {
          object: { kind: 'suspended_tap', id: suspenseId },
          changes: { resolution: 'dismissed', reason },
        },
        statements: [this.taps.resolving(suspenseId, resolved)],
      };
    });
  }

  /** It is charged as it would have been in time, and what that changes of later taps is adjusted. */
  private async charge(
    suspenseId: number,
    decided: ResolveTap,
    request: WriteRequest,
  ): Promise<SuspendedTapResponse> {
    const { validator_id } = await this.taps.findSuspendedOrFail(suspenseId);
    // The number of a card never changes.
    const card = decided.card_id ? await this.cards.findOrFail(decided.card_id) : null;
    const options = { evicts: evictions.tapsTaken, request };
    return this.writes.run(options, async (manager) => {
      const suspended = await this.lockOpen(manager, suspenseId);
      const tap = toTap(suspended, decided, card?.card_number ?? suspended.card_number);
      requireTime(tap, this.clock.now());
      const { validator, context } = await pipelined({
        validator: this.validators.findOrFail(manager, validator_id),
        context: this.rating.read(manager, validator_id, [tap]),
      });
      // A person may say that it was at another station.
      const placed = this.rating.place(
        tap,
        { ...validator, station_id: tap.station_id ?? validator.station_id },
        context,
      );
      if (typeof placed === 'string') throw refusalOf(placed, tap, validator);
      const at = this.clock.now();
      const rated = await this.rating.rate(manager, context, validator, [placed], at);
      const resolved = {
        resolution: 'charged' as const,
        resolved_at: at,
        resolution_reason: decided.reason,
        trip_id: rated.results.get(tap)?.trip_id ?? null,
      };
      const { action: _, ...changes } = decided;
      return {
        response: { ...suspended, ...resolved },
        touches: rated.touches,
        audit: {
          object: { kind: 'suspended_tap', id: suspenseId },
          changes: { resolution: 'charged', ...changes },
        },
        statements: [...rated.statements, this.taps.resolving(suspenseId, resolved)],
      };
    });
  }

  private async lockOpen(manager: EntityManager, suspenseId: number): Promise<SuspendedTapResponse> {
    const suspended = await this.taps.lockSuspendedOrFail(manager, suspenseId);
    if (suspended.resolution !== null) throw new TapAlreadyResolvedError(suspenseId);
    return suspended;
  }
}

function toTap(suspended: SuspendedTapResponse, decided: ResolveTap, card_number: string): Tap {
  const { sequence, kind } = suspended;
  return {
    sequence,
    kind,
    decision: 'accepted',
    card_number,
    station_id: decided.station_id ?? suspended.station_id,
    route_id: decided.route_id ?? suspended.route_id,
    tapped_at: decided.tapped_at ?? suspended.tapped_at,
    corrected_at: decided.tapped_at ? new Date(decided.tapped_at) : suspended.corrected_at,
    hotlist_version: null,
  };
}

/** @throws InvalidValueError for a tap that has no time, or that is in the future. */
function requireTime({ corrected_at }: Tap, now: Date): void {
  if (corrected_at && !isInTheFuture(corrected_at, now)) return;
  const detail = corrected_at ? 'must not be in the future' : 'must be given: the device sent no moment';
  throw new InvalidValueError('The tap has no time at which it can be charged.', [
    { pointer: '/tapped_at', detail },
  ]);
}

/** Why a person cannot have it charged so. */
function refusalOf(reason: SuspenseReason, tap: Tap, { station_id, route_id }: Validator): Error {
  const station = tap.station_id ?? station_id;
  const route = tap.route_id ?? route_id;
  const missing = (resource: Resource, id: unknown): Error => new NotFoundError(resource, id ?? '(none)');
  switch (reason) {
    case 'unknown_card':
      return missing('card', tap.card_number);
    case 'card_closed':
      return new RiderErasedError();
    case 'unknown_station':
      return missing('station', station);
    case 'unknown_route':
      return missing('route', route);
    case 'other_station':
    case 'station_not_on_route':
      return new StationNotOnRouteError(station ?? 0, route ?? 0);
    case 'no_tariff':
    case 'unreadable_time':
    case 'future':
    case 'too_old':
    case 'sequence_reused':
      return new NoTariffError(tap.corrected_at ?? new Date(0));
  }
}
