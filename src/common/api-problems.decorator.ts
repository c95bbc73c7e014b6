import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem } from './problem/problem.dto';

/** What the operation may be refused with: a status each, and the codes that go with it. */
export function ApiProblems(problems: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(Problem),
    ...Object.entries(problems).map(([status, codes]) =>
      ApiResponse({
        status: Number(status),
        description: codes,
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(Problem) },
            example: exampleOf(Number(status), codes.split(/[ ,]+/)[0] ?? ''),
          },
        },
      }),
    ),
  );
}

function exampleOf(status: number, code: string): Problem {
  return {
    type: `urn:travel-recharge:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: 'What was refused, and why, in one sentence.',
    instance: '/recharges',
    code,
    request_id: 'req-1',
  };
}
