import { DomainError } from './domain-error';

/** One member of a body that was refused, named by its JSON pointer (RFC 6901). */
export interface Complaint {
  readonly pointer: string;
  readonly detail: string;
}

/** A refusal lists at most so many members. More of them may be wrong. */
export const MOST_COMPLAINTS = 20;

export class InvalidValueError extends DomainError {
  static readonly code = 'invalid_value';

  constructor(detail: string, errors: readonly Complaint[] = []) {
    const members = errors.length > 0 ? { errors: errors.slice(0, MOST_COMPLAINTS) } : {};
    super(InvalidValueError.code, detail, { members });
  }
}

/** The bytes of a request do not have the format that its headers declare. */
export class MalformedRequestError extends DomainError {
  static readonly code = 'malformed_request';

  constructor(detail: string) {
    super(MalformedRequestError.code, detail);
  }
}

export class MalformedHeaderError extends DomainError {
  static readonly code = 'malformed_header';

  constructor(header: string, allowed: string) {
    super(MalformedHeaderError.code, `${header} must be ${allowed}.`);
  }
}

export class UnsupportedMediaTypeError extends DomainError {
  static readonly code = 'unsupported_media_type';

  constructor(detail: string) {
    super(UnsupportedMediaTypeError.code, detail);
  }
}

export class NoSuchPathError extends DomainError {
  static readonly code = 'not_found';

  constructor(path: string) {
    super(NoSuchPathError.code, `Nothing is served at ${path}.`);
  }
}

export class MethodNotAllowedError extends DomainError {
  static readonly code = 'method_not_allowed';

  constructor(method: string, allowed: string) {
    super(MethodNotAllowedError.code, `${method} is not allowed here; ${allowed} is.`);
  }
}

export class InvalidHostError extends DomainError {
  static readonly code = 'invalid_host';

  constructor() {
    super(InvalidHostError.code, 'The request does not have exactly one valid Host header.');
  }
}

export class ExpectationFailedError extends DomainError {
  static readonly code = 'expectation_failed';

  constructor() {
    super(ExpectationFailedError.code, 'The header Expect can only be 100-continue.');
  }
}

export class RequestInProgressError extends DomainError {
  static readonly code = 'request_in_progress';

  constructor() {
    super(RequestInProgressError.code, 'The first request with this Idempotency-Key is still running.');
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  static readonly code = 'idempotency_key_reused';

  constructor() {
    super(IdempotencyKeyReusedError.code, 'This Idempotency-Key was used before for another request.');
  }
}
