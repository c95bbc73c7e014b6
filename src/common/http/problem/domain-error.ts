import { HttpStatus } from '@nestjs/common';

/** A refusal by a rule of the domain: a stable code, a status, a sentence, and members of its own. */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly status: HttpStatus;
  /** Further members of the problem document, such as `required` and `available`. */
  readonly members: Readonly<Record<string, unknown>> = {};
  /** Seconds after which a retry makes sense, when one does. */
  readonly retryAfter?: number;
}

/** Nothing has this id. */
export class NotFoundError extends DomainError {
  readonly status = HttpStatus.NOT_FOUND;
  readonly code: string;

  constructor(
    readonly resource: Resource,
    readonly id: unknown,
  ) {
    super(`There is no ${resource.replace('_', ' ')} ${shortened(String(id))}.`);
    this.code = `${resource}_not_found`;
  }
}

const LONGEST_SHOWN = 100;

/** A caller knows what it has asked for; kilobytes of it help nobody. */
function shortened(id: string): string {
  return id.length > LONGEST_SHOWN ? `${id.slice(0, LONGEST_SHOWN)}…` : id;
}

/** What can be asked for by an id or a code. */
export type Resource =
  | 'user'
  | 'card'
  | 'recharge'
  | 'recharge_point'
  | 'trip'
  | 'route'
  | 'station'
  | 'vehicle'
  | 'driver'
  | 'arrival'
  | 'alert'
  | 'cache_key'
  | 'access_key';

/** The state forbids it: 409. */
abstract class ConflictError extends DomainError {
  readonly status = HttpStatus.CONFLICT;
}

/** The value is not acceptable: 422. */
abstract class UnacceptableError extends DomainError {
  readonly status = HttpStatus.UNPROCESSABLE_ENTITY;
}

export class CardNotActiveError extends ConflictError {
  readonly code = 'card_not_active';

  constructor(cardId: number, status: string) {
    super(`Card ${cardId} is ${status}, not active.`);
  }
}

export class RouteInactiveError extends ConflictError {
  readonly code = 'route_inactive';

  constructor(routeId: number) {
    super(`Route ${routeId} is not in service.`);
  }
}

export class StationInactiveError extends ConflictError {
  readonly code = 'station_inactive';

  constructor(stationId: number) {
    super(`Station ${stationId} is not in service.`);
  }
}

export class TripAlreadyOpenError extends ConflictError {
  readonly code = 'trip_already_open';

  constructor(cardId: number, tripId: number) {
    super(`Card ${cardId} is on trip ${tripId}, which has not ended.`);
  }
}

export class TripAlreadyEndedError extends ConflictError {
  readonly code = 'trip_already_ended';

  constructor(tripId: number) {
    super(`Trip ${tripId} has ended already.`);
  }
}

export class AlreadyReversedError extends ConflictError {
  readonly code = 'already_reversed';

  constructor(rechargeId: number) {
    super(`Recharge ${rechargeId} has been reversed already.`);
  }
}

export class RechargeSpentError extends ConflictError {
  readonly code = 'recharge_spent';

  constructor(rechargeId: number, amount: number, available: number) {
    super(`Recharge ${rechargeId} of ${amount} cannot be reversed: the card has ${available} left.`);
  }
}

export class BalanceLimitError extends ConflictError {
  readonly code = 'balance_limit';

  constructor(balance: number, amount: number, most: number) {
    super(`A balance of ${balance} plus ${amount} would exceed the largest balance, ${most}.`);
  }
}

export class IllegalTransitionError extends ConflictError {
  readonly code = 'illegal_transition';

  constructor(from: string, to: string) {
    super(`A card that is ${from} cannot become ${to}.`);
  }
}

export class AlreadyExistsError extends ConflictError {
  readonly code = 'already_exists';

  constructor(field: string) {
    super(`Another record has this ${field} already.`);
  }
}

export class RequestInProgressError extends ConflictError {
  readonly code = 'request_in_progress';
  override readonly retryAfter = 1;

  constructor() {
    super('The first request with this Idempotency-Key is still running.');
  }
}

export class InsufficientBalanceError extends DomainError {
  readonly code = 'insufficient_balance';
  readonly status = HttpStatus.PAYMENT_REQUIRED;
  override readonly members: Readonly<Record<string, unknown>>;

  /**
   * @param required what the boarding costs.
   * @param available what the card has; its credit is used up.
   */
  constructor(required: number, available: number) {
    const shortfall = required - available;
    super(`The boarding costs ${required}; the card has ${available}. It needs ${shortfall} more.`);
    this.members = { required, available, shortfall };
  }
}

/** One member of a body that was refused, named by its JSON pointer (RFC 6901). */
export interface Complaint {
  readonly pointer: string;
  readonly detail: string;
}

/** So many are told of a refused request; further ones may be wrong too. */
export const MOST_COMPLAINTS = 20;

export class InvalidValueError extends UnacceptableError {
  readonly code = 'invalid_value';
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(detail: string, errors: readonly Complaint[] = []) {
    super(detail);
    this.members = errors.length > 0 ? { errors: errors.slice(0, MOST_COMPLAINTS) } : {};
  }
}

export class StationNotOnRouteError extends UnacceptableError {
  readonly code = 'station_not_on_route';

  constructor(stationId: number, routeId: number) {
    super(`Route ${routeId} does not stop at station ${stationId}.`);
  }
}

export class NoTariffError extends UnacceptableError {
  readonly code = 'no_tariff';

  constructor(at: Date) {
    super(`No tariff is in force at ${at.toISOString()}.`);
  }
}

export class IdempotencyKeyReusedError extends UnacceptableError {
  readonly code = 'idempotency_key_reused';

  constructor() {
    super('This Idempotency-Key was used before for another request.');
  }
}

export class TransactionIdReusedError extends UnacceptableError {
  readonly code = 'transaction_id_reused';

  constructor() {
    super('This transaction_id belongs to a recharge of another card or amount.');
  }
}

export class MalformedHeaderError extends DomainError {
  readonly code = 'malformed_header';
  readonly status = HttpStatus.BAD_REQUEST;

  constructor(header: string, allowed: string) {
    super(`${header} must be ${allowed}.`);
  }
}

/** The bytes of a request are not what they are said to be. */
export class MalformedRequestError extends DomainError {
  readonly code = 'malformed_request';
  readonly status = HttpStatus.BAD_REQUEST;
}

export class UnsupportedMediaTypeError extends DomainError {
  readonly code = 'unsupported_media_type';
  readonly status = HttpStatus.UNSUPPORTED_MEDIA_TYPE;
}

export class NoSuchPathError extends DomainError {
  readonly code = 'not_found';
  readonly status = HttpStatus.NOT_FOUND;

  constructor(path: string) {
    super(`Nothing is served at ${path}.`);
  }
}

export class MethodNotAllowedError extends DomainError {
  readonly code = 'method_not_allowed';
  readonly status = HttpStatus.METHOD_NOT_ALLOWED;

  constructor(method: string, allowed: string) {
    super(`${method} is not allowed here; ${allowed} is.`);
  }
}

export class InvalidHostError extends DomainError {
  readonly code = 'invalid_host';
  readonly status = HttpStatus.BAD_REQUEST;

  constructor() {
    super('A request needs exactly one Host header, with a host and optionally a port.');
  }
}

export class ExpectationFailedError extends DomainError {
  readonly code = 'expectation_failed';
  readonly status = HttpStatus.EXPECTATION_FAILED;

  constructor() {
    super('The header Expect can only be 100-continue.');
  }
}

export class SimulationOffError extends DomainError {
  readonly code = 'simulation_off';
  readonly status = HttpStatus.NOT_FOUND;

  constructor() {
    super('Simulation is off in this service. Set SIMULATION=on to allow it.');
  }
}

export class DatabaseAwayError extends DomainError {
  readonly code = 'database_away';
  readonly status = HttpStatus.SERVICE_UNAVAILABLE;
  override readonly retryAfter = 2;

  constructor() {
    super('The database cannot be reached at the moment.');
  }
}

export class DatabaseBusyError extends DomainError {
  readonly code = 'database_busy';
  readonly status = HttpStatus.SERVICE_UNAVAILABLE;
  override readonly retryAfter = 1;

  constructor() {
    super('The database did not finish the request in time. Nothing was changed.');
  }
}

export class OverloadedError extends DomainError {
  readonly code = 'overloaded';
  readonly status = HttpStatus.SERVICE_UNAVAILABLE;
  override readonly retryAfter = 1;

  constructor() {
    super('The service has more requests than it can answer in time. Nothing was changed.');
  }
}

export class StoppingError extends DomainError {
  readonly code = 'service_stopping';
  readonly status = HttpStatus.SERVICE_UNAVAILABLE;
  override readonly retryAfter = 2;

  constructor() {
    super('The service is stopping and takes no more requests. Nothing was changed.');
  }
}

export class CacheAwayError extends DomainError {
  readonly code = 'cache_away';
  readonly status = HttpStatus.SERVICE_UNAVAILABLE;
  override readonly retryAfter = 1;

  constructor(cause?: unknown) {
    super('The cache cannot be reached at the moment.', { cause });
  }
}

/** Who calls has not shown who that is: 401. */
abstract class UnauthenticatedError extends DomainError {
  readonly status = HttpStatus.UNAUTHORIZED;
}

/** Who calls is known, and may not: 403. */
abstract class ForbiddenError extends DomainError {
  readonly status = HttpStatus.FORBIDDEN;
}

export class KeyRequiredError extends UnauthenticatedError {
  readonly code = 'key_required';

  constructor() {
    super('This operation needs a key: send the header Authorization: Bearer, a blank, and the key.');
  }
}

export class KeyInvalidError extends UnauthenticatedError {
  readonly code = 'key_invalid';

  constructor() {
    super('This is not a key of this service.');
  }
}

export class KeyExpiredError extends UnauthenticatedError {
  readonly code = 'key_expired';

  constructor() {
    super('This key has expired.');
  }
}

export class KeyRevokedError extends UnauthenticatedError {
  readonly code = 'key_revoked';

  constructor() {
    super('This key has been revoked.');
  }
}

export class ScopeMissingError extends ForbiddenError {
  readonly code = 'scope_missing';
  override readonly members: Readonly<Record<string, unknown>>;

  constructor(scope: string) {
    super(`This operation needs the scope ${scope}, which the role of this key does not have.`);
    this.members = { scope };
  }
}

export class NetworkNotAllowedError extends ForbiddenError {
  readonly code = 'network_not_allowed';

  constructor() {
    super('This key may not be used from this address.');
  }
}

export class NotThisRechargePointError extends ForbiddenError {
  readonly code = 'not_this_recharge_point';

  constructor() {
    super('This key is for another recharge point.');
  }
}

export class NotThisValidatorError extends ForbiddenError {
  readonly code = 'not_this_validator';

  constructor() {
    super('This key is for the validator of another vehicle or station.');
  }
}

export class ReversalLimitError extends ForbiddenError {
  readonly code = 'reversal_limit';

  constructor(amount: number, most: number) {
    super(`The recharge has ${amount}; an agent may reverse at most ${most}.`);
  }
}

export class OpenModeIsLocalError extends ForbiddenError {
  readonly code = 'open_mode_is_local';

  constructor() {
    super(
      'With AUTH=open only this machine may call, without a proxy and from no page of another site. Set AUTH=required, so that callers show a key, or AUTH=trusted-network, if something in front decides who calls.',
    );
  }
}

export class KeyNotInForceError extends ConflictError {
  readonly code = 'key_not_in_force';

  constructor(keyId: string) {
    super(`The key ${keyId} has expired, was revoked, or has a successor already.`);
  }
}
