import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  NotThisRechargePointError,
  NotThisValidatorError,
  ReversalLimitError,
  ScopeMissingError,
} from '../../common/http/problem/access-errors';
import { NotFoundError, type Resource } from '../../common/http/problem/not-found-error';
import type { AccessPolicy } from './access-policy';
import { AgentReversals } from './agent-reversals';
import type { Binding, Caller } from './caller';
import { type LastingFact, LastingFacts } from './lasting-facts';
import type { OwnName } from './requires.decorator';

type Body = Record<string, unknown>;

const RESOURCES: Readonly<Record<OwnName, Resource>> = {
  user_id: 'user',
  card_id: 'card',
  trip_id: 'trip',
  recharge_id: 'recharge',
};

const USER_OF: Readonly<Record<Exclude<OwnName, 'user_id'>, LastingFact>> = {
  card_id: 'user of card',
  trip_id: 'user of trip',
  recharge_id: 'user of recharge',
};

/** For each binding, the member of the body that names the place of the operation. */
const PLACES = {
  'recharge point': { recharge_point_id: 'recharge_point_id' },
  'listed recharge point': { recharge_point_id: 'recharge_point_id' },
  boarding: { vehicle_id: 'vehicle_id', station_id: 'boarding_station_id' },
  alighting: { station_id: 'disembarking_station_id' },
  station: { station_id: 'boarding_station_id' },
  device: { validator_id: 'validator_id' },
} as const;

/** Checks whether a caller may use an object. */
@Injectable()
export class ObjectAccess {
  constructor(
    private readonly facts: LastingFacts,
    private readonly reversals: AgentReversals,
  ) {}

  /** Whether a policy can be checked only after the body was read. */
  readsBody({ own, at, or, members }: AccessPolicy): boolean {
    return [own?.isInBody || undefined, at, or, members].some((part) => part !== undefined);
  }

  /**
   * Checks the path, before a cached response can be sent. It returns true if it needed no query.
   *
   * @throws NotFoundError for an object of somebody else, as for one that does not exist.
   * @throws ReversalLimitError
   */
  requireInPath(
    { own, limit }: AccessPolicy,
    { caller, params, query }: FastifyRequest,
  ): true | Promise<void> {
    const values = params as Readonly<Record<string, string>>;
    if (limit === 'reversal' && caller.role === 'agent') return this.requireLimit(values.recharge_id ?? '');
    const { user_id: user } = caller.binding;
    if (!own || own.isInBody || user === undefined) return true;
    if (own.isInQuery) return bindToUser(query as Body, own.name, user);
    const text = values[own.name] ?? '';
    const id = toId(text);
    if (id === null) return Promise.reject(new NotFoundError(RESOURCES[own.name], text));
    if (this.ownerIfKnown(own.name, id) === user) return true;
    return this.requireOwn(own.name, id, user);
  }

  /**
   * Checks the body. If it names no place, a caller who is bound to a place acts there.
   *
   * @throws ScopeMissingError, NotFoundError, NotThisRechargePointError, NotThisValidatorError
   */
  async requireInBody({ scope, own, at, or, members }: AccessPolicy, request: FastifyRequest): Promise<void> {
    const { caller } = request;
    // A body that is not an object is refused later, by the shape of the operation.
    const body = (request.body ?? {}) as Body;
    if (at === 'listed recharge point') return bindToPlace(at, caller.binding, request.query as Body, String);
    if (or && scope && !caller.scopes?.has(scope)) {
      const isLesser = Object.entries(or.body).every(([member, value]) => body[member] === value);
      if (!isLesser) throw new ScopeMissingError(scope);
    }
    for (const [member, needed] of Object.entries(members ?? {})) {
      // Null means the same as a member that is left out.
      if ((body[member] ?? null) !== null && !caller.scopes?.has(needed)) throw new ScopeMissingError(needed);
    }
    if (at) await this.requireAtPlace(at, caller, body);
    const { user_id: user } = caller.binding;
    const id = own?.isInBody ? body[own.name] : undefined;
    // A value that is not an id is refused later, as every wrong value is.
    if (own && user !== undefined && Number.isSafeInteger(id))
      await this.requireOwn(own.name, Number(id), user);
  }

  private async requireOwn(name: OwnName, id: number, user: number): Promise<void> {
    const owner = name === 'user_id' ? id : await this.facts.ask(USER_OF[name], id);
    if (owner !== user) throw new NotFoundError(RESOURCES[name], id);
  }

  private async requireAtPlace(at: keyof typeof PLACES, { binding }: Caller, body: Body): Promise<void> {
    if (at === 'device') {
      // A key of a whole vehicle or station is nobody's memory of taps.
      if (binding.vehicle_id !== undefined || binding.station_id !== undefined)
        throw new NotThisValidatorError();
      return bindToPlace(at, binding, body);
    }
    const place = binding.validator_id === undefined ? binding : await this.placeOf(binding.validator_id);
    bindToPlace(at, place, body);
    if (at === 'alighting') await this.requireInVehicle(place, body.trip_id);
  }

  /** Where a device is, which never changes. */
  private async placeOf(validator: number): Promise<Binding> {
    const station_id = await this.facts.ask('station of validator', validator);
    if (station_id) return { station_id };
    return { vehicle_id: (await this.facts.ask('vehicle of validator', validator)) ?? 0 };
  }

  /** A vehicle names no place where a rider leaves it; it ends the trips that began in it. */
  private async requireInVehicle(binding: Binding, trip: unknown): Promise<void> {
    if (binding.vehicle_id === undefined || !Number.isSafeInteger(trip)) return;
    const vehicle = await this.facts.ask('vehicle of trip', Number(trip));
    // What does not exist is for the operation to say.
    if (vehicle !== null && vehicle !== binding.vehicle_id) throw new NotThisValidatorError();
  }

  private ownerIfKnown(name: OwnName, id: number): number | undefined {
    return name === 'user_id' ? id : this.facts.find(USER_OF[name], id);
  }

  /** What it may take back in a day is for the operation to count. If the recharge does not exist, that refuses it, too. */
  private async requireLimit(text: string): Promise<void> {
    const id = toId(text);
    const amount = id === null ? null : await this.facts.ask('amount of recharge', id);
    const beyond = amount === null ? null : this.reversals.limitOf(amount);
    if (amount !== null && beyond) throw new ReversalLimitError(amount, beyond);
  }
}

/** A list is of the user of the key, and a query that names another one finds nobody. */
function bindToUser(query: Body, name: OwnName, user: number): true | Promise<void> {
  const bound = String(user);
  query[name] ??= bound;
  return query[name] === bound || Promise.reject(new NotFoundError(RESOURCES[name], String(query[name])));
}

function bindToPlace(
  at: keyof typeof PLACES,
  binding: Binding,
  members: Body,
  write: (id: number) => number | string = Number,
): void {
  for (const [name, member] of Object.entries(PLACES[at])) {
    const bound = binding[name as keyof Binding];
    if (bound === undefined) continue;
    members[member] ??= write(bound);
    if (members[member] === write(bound)) continue;
    throw name === 'recharge_point_id' ? new NotThisRechargePointError() : new NotThisValidatorError();
  }
}

/** Parses an id as `idPipe` does. */
function toId(text: string): number | null {
  const id = /^[1-9]\d{0,18}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : null;
}
