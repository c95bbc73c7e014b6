import { hash } from 'node:crypto';
import { toJson } from '../../common/http/json';
import { isPersonal } from '../../common/personal.decorator';
import type { AuditChanges } from './audit-entry';

const DIGITS = 12;

/**
 * Returns the changes of a request for the audit trail. Of members that are marked `@Personal()` only the names are recorded.
 *
 * @param values the members by their names. Undefined members were not set.
 */
export function describeChanges(values: object): AuditChanges {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [[name, isPersonal(name) ? null : digestOf(value)]],
    ),
  );
}

/** A digest that can prove whether a value was set, if somebody claims that. */
function digestOf(value: unknown): string {
  return hash('sha256', toJson(value), 'hex').slice(0, DIGITS);
}
