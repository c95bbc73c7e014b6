import { problemResponses } from '../../common/http/problem/problem-responses';
import { isProblemCode, type ProblemCode } from '../../common/http/problem/problem-types';
import type { Operation, Response } from './document-types';

/** Adds what an operation may be refused with to what it declares itself. */
export function declareProblems({ responses }: Operation, codes: readonly ProblemCode[]): void {
  const declared = Object.values(responses).flatMap((response) =>
    response && !('$ref' in response) ? codesOf(response) : [],
  );
  for (const { status, ...response } of problemResponses([...new Set([...declared, ...codes])]))
    responses[status] = response;
}

function codesOf({ content = {} }: Response): ProblemCode[] {
  const { examples = {} } = content['application/problem+json'] ?? {};
  return Object.keys(examples).filter(isProblemCode);
}
