import { PROBLEM_TYPES, type ProblemCode } from './problem-types';

/** What a refusal may carry beside its sentence. */
export interface DomainErrorOptions extends ErrorOptions {
  /** Further members of the problem document, such as `required` and `available`. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A refusal by a rule of the domain: its code, which says its status, and a sentence about this one occurrence. */
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

  /** Seconds after which a retry makes sense, when one does. */
  get retryAfter(): number | undefined {
    return PROBLEM_TYPES[this.code].retryAfter;
  }
}

/** What an operation may be refused with: a class of errors, or one kind of `NotFoundError`. */
export interface Refusal {
  readonly code: ProblemCode;
}
