import { type Complaint, InvalidValueError, MalformedRequestError } from '../problem/request-errors';
import { pointerTo } from './body-faults';

/**
 * Refuses a query that an operation does not take.
 *
 * @param url the address with its query, as it was sent.
 * @param query the same, parsed.
 * @throws MalformedRequestError when it is not UTF-8 in percent-encoding.
 * @throws InvalidValueError for an unknown parameter, or one that comes twice.
 */
export function requireQuery(
  url: string,
  query: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): void {
  const names = Object.keys(query);
  if (names.length === 0) return;
  requireUtf8(url);
  const faults = names.flatMap((name): Complaint[] => {
    if (!known.has(name))
      return [{ pointer: pointerTo(name), detail: 'is not a parameter that is known here' }];
    return Array.isArray(query[name])
      ? [{ pointer: pointerTo(name), detail: 'must be given only once' }]
      : [];
  });
  if (faults.length > 0) throw new InvalidValueError('The request is not acceptable.', faults);
}

function requireUtf8(url: string): void {
  try {
    decodeURIComponent(url);
  } catch {
    throw new MalformedRequestError('The query is not UTF-8 in percent-encoding.');
  }
}
