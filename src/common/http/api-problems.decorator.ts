import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Refusal } from './problem/domain-error';
import { problemResponses } from './problem/problem-responses';
import type { ProblemCode } from './problem/problem-types';

const PROBLEMS = Symbol('problems');

/**
 * Documents what the operation may be refused with, beside what several decorators of it say: each adds its own. What
 * every operation may be refused with is added when the document is completed.
 */
export function ApiProblems(...refusals: readonly Refusal[]): MethodDecorator {
  return (target, member, descriptor) => {
    const method = descriptor.value as object;
    const declared = (Reflect.getMetadata(PROBLEMS, method) ?? []) as readonly ProblemCode[];
    const codes = [...new Set([...declared, ...refusals.map(({ code }) => code)])];
    Reflect.defineMetadata(PROBLEMS, codes, method);
    const responses = problemResponses(codes).map((response) => ApiResponse(response));
    return applyDecorators(...responses)(target, member, descriptor);
  };
}
