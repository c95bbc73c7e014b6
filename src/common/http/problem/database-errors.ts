import { QueryFailedError } from 'typeorm';
import { AlreadyExistsError, RiderErasedError } from './card-errors';
import { DomainError } from './domain-error';
import { DatabaseAwayError, DatabaseBusyError } from './service-errors';

/** What node-postgres and Node's sockets put on an error. */
interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
  readonly message?: string;
}

/** What another record may already have: the name of the constraint, and the field as callers know it. */
const UNIQUE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['cards_card_number_key', 'card_number'],
  ['users_email_key', 'email'],
  ['users_id_number_key', 'id_number'],
]);

const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENOENT',
  'EAI_AGAIN',
]);
const AWAY_MESSAGES =
  /Connection terminated|Query read timeout|Client has encountered a connection error|not queryable|Driver not Connected|Cannot use a pool after calling end/i;

/**
 * Rolled back by the server for what it took: 57014 statement timeout, 55P03 lock timeout, 25P03 and 25P04 idle and
 * whole transaction timeout, 40001 and 40P01 that outlived their retries. Not begun: 53300, all its connections are used.
 */
const BUSY_STATES = new Set(['57014', '55P03', '25P03', '25P04', '40001', '40P01', '53300']);
/** What pg-pool says when all its connections were in use for as long as one may be waited for. */
const POOL_USED_UP = 'timeout exceeded when trying to connect';

/**
 * What an operator can mend, by the beginning of its SQLSTATE. What these messages of PostgreSQL name are roles, databases,
 * schemas and tables.
 */
const COMPLAINTS: readonly (readonly [state: string, advice: string])[] = [
  ['25006', 'DATABASE_URL must name a database that can be written, and this one is read-only'],
  ['28', 'the user and password of DATABASE_URL must be those of a role that may connect'],
  ['3D000', 'the database that DATABASE_URL names does not exist: create it'],
  ['3F000', 'the database needs the schema public: CREATE SCHEMA public'],
  [
    '42501',
    'the role in DATABASE_URL needs this right; for the schema public: GRANT USAGE, CREATE ON SCHEMA public TO the role',
  ],
  ['53100', 'the disk of the database server is full'],
  ['53200', 'the database server has no memory left'],
  [
    '53300',
    'the database has no connection left: raise max_connections, or lower WORKERS or DATABASE_POOL_SIZE',
  ],
  ['55P03', 'the database is in use: try again'],
  ['57014', 'the database took too long: try again'],
  ['57P', 'the database went away: try again'],
  ['08', 'the database went away: try again'],
];

/** The driver's own error: TypeORM wraps it. */
export function driverError(error: unknown): DriverError {
  const inner: unknown = error instanceof QueryFailedError ? error.driverError : error;
  return typeof inner === 'object' && inner !== null ? inner : {};
}

/** The SQLSTATE (PostgreSQL's appendix A) of an error, if it has one. */
export function sqlState(error: unknown): string | undefined {
  return driverError(error).code;
}

/** The constraint that was violated, by its name in the migrations. */
export function violatedConstraint(error: unknown): string | undefined {
  return driverError(error).constraint;
}

/** Whether the connection, not the statement, failed: whether the work was committed may then be unknown. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  const { code = '', message = '' } = driverError(error);
  // 08 connection, 57P01..03 shutdown or starting
  return SOCKET_ERRORS.has(code) || /^(08|57P0)/.test(code) || AWAY_MESSAGES.test(message);
}

/** One line for the operator of a program about an error that the program cannot help; null when it is a defect of ours. */
export function complaintOf(error: unknown): string | null {
  const { code = '', message = '' } = driverError(error);
  const [, advice] = COMPLAINTS.find(([state]) => code.startsWith(state)) ?? [];
  if (advice) return `${message.split('\n')[0]}; ${advice}`;
  return isDatabaseAway(error) && !('path' in driverError(error)) ? `no connection: ${message}` : null;
}

/** The one place where SQLSTATE becomes an error of the domain; null when the error is a defect of ours. */
export function translateDatabaseError(error: unknown): DomainError | null {
  if (isDatabaseAway(error)) return new DatabaseAwayError();
  const { code, constraint = '', message } = driverError(error);
  const field = UNIQUE_FIELDS.get(constraint);
  if (code === '23505' && field) return new AlreadyExistsError(field);
  if (constraint === 'users_erased') return new RiderErasedError();
  return BUSY_STATES.has(code ?? '') || message === POOL_USED_UP ? new DatabaseBusyError() : null;
}
