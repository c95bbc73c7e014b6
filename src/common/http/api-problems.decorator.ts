import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem/problem.dto';

/** What the operation may be refused with: a status each, and the codes that go with it. */
export function ApiProblems(problems: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(problems).map(([status, codes]) =>
      ApiResponse({ status: Number(status), ...problemResponse(Number(status), codes) }),
    ),
  );
}

/** A refusal in the API document. */
interface ProblemResponse {
  readonly description: string;
  readonly content: Record<
    string,
    { schema: { $ref: string }; examples: Record<string, { value: Problem }> }
  >;
}

/** The answer with a status in the API document, with an example for each of its codes. */
export function problemResponse(status: number, codes: string): ProblemResponse {
  const examples = codes.split(', ').map((code) => [code, { value: exampleOf(status, code) }] as const);
  return {
    description: codes,
    content: {
      'application/problem+json': {
        schema: { $ref: getSchemaPath(Problem) },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

function exampleOf(status: number, code: string): Problem {
  return {
    type: `urn:travel-recharge:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: 'What was refused, and why, in one sentence.',
    instance: '/',
    code,
    request_id: '7c41a0e2-1f',
    ...(code === 'insufficient_balance' && { required: 3550, available: 1200, shortfall: 2350 }),
    ...(code === 'invalid_value' && {
      errors: [{ pointer: '/amount', detail: 'must be a whole number from 1000 to 200000' }],
    }),
  };
}
