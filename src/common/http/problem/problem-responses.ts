import { getSchemaPath } from '@nestjs/swagger';
import { problemDocument } from './problem-document';
import { Problem } from './problem.dto';
import { PROBLEM_TYPES, type ProblemCode } from './problem-types';

/** Members that only problem documents with one code have. */
const MEMBERS: Partial<Readonly<Record<ProblemCode, Readonly<Record<string, unknown>>>>> = {
  insufficient_balance: { required: 3550, available: 1200, shortfall: 2350 },
  invalid_value: { errors: [{ pointer: '/amount', detail: 'must be a whole number from 1000 to 200000' }] },
};

/** A response of the API document. */
export interface ProblemResponse {
  readonly status: number;
  readonly description: string;
  readonly content: Record<
    string,
    { schema: { $ref: string }; examples: Record<string, { value: Problem }> }
  >;
}

/** The responses with these codes: one for each status, with an example for each code. */
export function problemResponses(codes: readonly ProblemCode[]): ProblemResponse[] {
  const statuses = new Set(codes.map((code) => PROBLEM_TYPES[code].status));
  return [...statuses].map((status) =>
    responseOf(
      status,
      codes.filter((code) => PROBLEM_TYPES[code].status === status),
    ),
  );
}

function responseOf(status: number, codes: readonly ProblemCode[]): ProblemResponse {
  return {
    status,
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_TYPES[code].title}`).join('\n\n'),
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }])),
      },
    },
  };
}

function exampleOf(code: ProblemCode): Problem {
  return problemDocument({
    code,
    detail: PROBLEM_TYPES[code].title,
    instance: '/',
    requestId: '7c41a0e2-1f',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    members: MEMBERS[code],
  });
}
