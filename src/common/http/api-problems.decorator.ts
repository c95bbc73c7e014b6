import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { Refusal } from './problem/domain-error';
import { problemResponses } from './problem/problem-responses';
import type { ProblemCode } from './problem/problem-types';

const PROBLEMS = Symbol('problems');

/**
 * Documents the refusals of an operation. Other decorators of the operation add their own refusals. Those that every
 * operation can have are added when the OpenAPI document is completed.
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
