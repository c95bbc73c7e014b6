import { ACCESS_PROBLEMS } from './types/access';
import { CARD_PROBLEMS } from './types/cards';
import { NOT_FOUND_PROBLEMS } from './types/not-found';
import type { ProblemType } from './types/problem-type';
import { REQUEST_PROBLEMS } from './types/requests';
import { SERVICE_PROBLEMS } from './types/service';
import { TRIP_PROBLEMS } from './types/trips';

const TYPES = {
  ...REQUEST_PROBLEMS,
  ...ACCESS_PROBLEMS,
  ...NOT_FOUND_PROBLEMS,
  ...CARD_PROBLEMS,
  ...TRIP_PROBLEMS,
  ...SERVICE_PROBLEMS,
};

/** The `code` of a problem document. Programs decide by it, so it never changes. */
export type ProblemCode = keyof typeof TYPES;

/** All kinds of refusals by their codes. Statuses, titles and advice are only here. */
export const PROBLEM_TYPES: Readonly<Record<ProblemCode, ProblemType>> = TYPES;

export const PROBLEM_CODES = Object.keys(TYPES) as readonly ProblemCode[];

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(TYPES, text);
}
