import { DomainError, type Refusal } from './domain-error';
import { NOT_FOUND_PROBLEMS } from './types/not-found';

type ResourceOf<Code> = Code extends `${infer Name}_not_found` ? Name : never;

/** What can be asked for by an id, a code or a key. */
export type Resource = ResourceOf<keyof typeof NOT_FOUND_PROBLEMS>;

const RESOURCES: ReadonlySet<string> = new Set(
  Object.keys(NOT_FOUND_PROBLEMS).map((code) => code.replace(/_not_found$/, '')),
);

export function isResource(name: string): name is Resource {
  return RESOURCES.has(name);
}

/** A longer id is cut in the error: the caller knows what it asked for. */
const LONGEST_SHOWN = 100;

/** Nothing has this id. */
export class NotFoundError extends DomainError {
  constructor(
    readonly resource: Resource,
    readonly id: unknown,
  ) {
    super(`${resource}_not_found`, `There is no ${resource.replace('_', ' ')} ${shortened(String(id))}.`);
  }

  /** Returns one kind of this error, for `@ApiProblems`. */
  static of(resource: Resource): Refusal {
    return { code: `${resource}_not_found` };
  }
}

function shortened(id: string): string {
  return id.length > LONGEST_SHOWN ? `${id.slice(0, LONGEST_SHOWN)}…` : id;
}
