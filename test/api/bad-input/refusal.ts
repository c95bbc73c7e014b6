import type { There } from './there';

/** What is sent: a body as JSON or a text as it is, to the operation's own path unless another is given. */
export interface Sent {
  readonly path?: string;
  readonly body?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that an operation refuses, with this status and this code. */
export interface Refusal {
  readonly what: string;
  readonly sent: (there: There) => Sent;
  readonly status: number;
  readonly code: string;
}

/** The refusals of each operation, by its method and path in the OpenAPI document. */
export type Refusals = Readonly<Record<string, readonly Refusal[]>>;

/** One of each kind that the rules of text refuse: half of a pair, a control, a bidirectional one, nothing to see. */
export const BAD_TEXTS = ['\ud800', 'a\u0000b', 'a\u001b[31mb', '\u202eb', '', ' ', '\u200b'];
/** Each looks as another text does: as X, as ñ. */
export const SECOND_SPELLINGS = ['X ', 'X\u00a0', '\ufeffX', 'n\u0303'];
/** One character more than most texts may have. */
export const LONG = 'x'.repeat(101);
export const NO_IDS_IN_BODIES = ['1', 0, -1, 1.5, true, null, [], {}, 2 ** 53, 1e308, undefined];
export const NO_IDS = [
  'abc',
  '-1',
  '1.5',
  '0',
  '01',
  '+1',
  '1e3',
  '0x1',
  '%20',
  '1%20',
  '%D9%A3',
  '999',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '9'.repeat(90),
];

export function refused(what: string, sent: (there: There) => Sent, status: number, code: string): Refusal {
  return { what, sent, status, code };
}

export function invalid(what: string, sent: (there: There) => Sent): Refusal {
  return refused(what, sent, 422, 'invalid_value');
}

/** A right body but for one member, which has each of these values in turn. */
export function invalidMember(
  member: string,
  values: readonly unknown[],
  right: (there: There) => object,
): Refusal[] {
  return values.map((value) =>
    invalid(`${member} ${JSON.stringify(value) ?? 'missing'}`, (there) => ({
      body: { ...right(there), [member]: value },
    })),
  );
}

/** Paths under which there is nothing of this kind. */
export function notFound(resource: string, paths: readonly string[]): Refusal[] {
  return paths.map((path) => refused(path.slice(0, 120), () => ({ path }), 404, `${resource}_not_found`));
}

/** Queries that the path does not take. */
export function invalidQueries(queries: readonly string[], pathOf: (there: There) => string): Refusal[] {
  return queries.map((query) =>
    invalid(`?${query.slice(0, 40)}`, (there) => ({ path: `${pathOf(there)}?${query}` })),
  );
}
