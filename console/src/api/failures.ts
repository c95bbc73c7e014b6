import type { Problem } from './schema';

/** The service refused, and says why. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail);
  }

  /** The same request may be answered a little later. */
  get isPassing(): boolean {
    return this.problem.status === 503 || this.problem.status === 429;
  }
}

/** There was no answer of the service: whether it did anything is not known. */
export class Away extends Error {
  constructor() {
    super('no answer');
  }
}

export type Failure = Refused | Away;

/** Whether somebody else asked for something newer, so that nobody waits for this. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** @throws what is no failure of a call: a mistake of the console. */
export function asFailure(error: unknown): Failure {
  if (error instanceof Refused || error instanceof Away) return error;
  throw error;
}
