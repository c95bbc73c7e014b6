import { PROBLEM_TYPES, type ProblemCode } from './problem-types';

/** What a refusal can have in addition to its sentence. */
export interface DomainErrorOptions extends ErrorOptions {
  /** Further members of the problem document, such as `required` and `available`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal by a rule of the domain. It has a code, which decides its status, and a sentence about this occurrence. */
export abstract class DomainError extends Error {
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    { members = {}, ...options }: DomainErrorOptions = {},
  ) {
    super(detail, options);
    this.members = members;
  }

  get status(): number {
    return PROBLEM_TYPES[this.code].status;
  }

  /** After how many seconds the client can try again. It is undefined if another try would not help. */
  get retryAfter(): number | undefined {
    return PROBLEM_TYPES[this.code].retryAfter;
  }
}

/** A refusal that an operation declares: a class of errors, or one kind of `NotFoundError`. */
export interface Refusal {
  readonly code: ProblemCode;
}
