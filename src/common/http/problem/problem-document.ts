import { PROBLEM_TYPES, type ProblemCode } from './problem-types';
import type { Problem } from './problem.dto';

/** What a problem document says about one occurrence. */
export interface Occurrence {
  readonly code: ProblemCode;
  /** One sentence about it. The advice to the client follows from the code. */
  readonly detail: string;
  /** The path and query of the request. */
  readonly instance: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly members?: Readonly<Record<string, unknown>>;
}

/** The problem document (RFC 9457) of a refusal. */
export function problemDocument({
  code,
  detail,
  instance,
  requestId,
  traceId,
  members,
}: Occurrence): Problem {
  const { status, title, advice } = PROBLEM_TYPES[code];
  return {
    type: problemTypeUri(code),
    title,
    status,
    detail: `${detail} ${advice}`,
    instance,
    code,
    request_id: requestId,
    trace_id: traceId,
    ...members,
  };
}

/** Where the service explains the code. */
function problemTypeUri(code: ProblemCode): string {
  return `/docs/errors#${code}`;
}
