import { QueryFailedError } from 'typeorm';
import { AlreadyExistsError, RiderErasedError } from './card-errors';
import { DomainError } from './domain-error';
import { DatabaseAwayError, DatabaseBusyError } from './service-errors';

/** The members that node-postgres and Node's sockets add to an error. */
interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
  readonly message?: string;
}

/** Fields that must be unique: the name of the constraint, and the field as callers know it. */
const UNIQUE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['cards_card_number_key', 'card_number'],
  ['users_email_key', 'email'],
  ['users_id_number_key', 'id_number'],
  ['validators_number_key', 'number'],
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
 * The server rolled the transaction back: 57014 statement timeout, 55P03 lock timeout, 25P03 idle in transaction, 25P04
 * transaction timeout, 40001 and 40P01 a conflict that was still there after the retries. Or the transaction did not begin:
 * 53300, all connections of the server are in use.
 */
const BUSY_STATES = new Set(['57014', '55P03', '25P03', '25P04', '40001', '40P01', '53300']);
/** The message of pg-pool when all connections were in use until the wait for one timed out. */
const POOL_USED_UP = 'timeout exceeded when trying to connect';

/**
 * Errors that an operator can mend, by the beginning of their SQLSTATE. PostgreSQL's messages about them contain only names of
 * roles, databases, schemas and tables.
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

/** Returns the error of the driver, which TypeORM wraps. */
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

/** Whether the connection failed, and not the statement. Then it can be unknown whether the work was committed. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof DatabaseAwayError) return true;
  const { code = '', message = '' } = driverError(error);
  // 08 connection, 57P01..03 shutdown or starting, 25006 a standby
  return SOCKET_ERRORS.has(code) || /^(08|57P0|25006)/.test(code) || AWAY_MESSAGES.test(message);
}

/** Returns one line for the operator about an error that the operator can mend. It is null for a defect of the program. */
export function complaintOf(error: unknown): string | null {
  const { code = '', message = '' } = driverError(error);
  const [, advice] = COMPLAINTS.find(([state]) => code.startsWith(state)) ?? [];
  if (advice) return `${message.split('\n')[0]}; ${advice}`;
  return isDatabaseAway(error) && !('path' in driverError(error)) ? `no connection: ${message}` : null;
}

/** Turns an SQLSTATE into an error of the domain; nothing else does. It returns null for a defect of the service. */
export function translateDatabaseError(error: unknown): DomainError | null {
  if (isDatabaseAway(error)) return new DatabaseAwayError();
  const { code, constraint = '', message } = driverError(error);
  const field = UNIQUE_FIELDS.get(constraint);
  if (code === '23505' && field) return new AlreadyExistsError(field);
  if (constraint === 'users_erased') return new RiderErasedError();
  return BUSY_STATES.has(code ?? '') || message === POOL_USED_UP ? new DatabaseBusyError() : null;
}
