import { hash } from 'node:crypto';
import { toJson } from '../../common/http/json';
import type { AuditChanges } from './audit-entry';

const DIGITS = 12;

/**
 * Returns the changes of a request for the audit trail.
 *
 * @param values the members by their names. Undefined members were not set.
 * @param personal the members with personal data. Only their names are recorded.
 */
export function describeChanges(
  values: Readonly<Record<string, unknown>>,
  personal: ReadonlySet<string> = new Set(),
): AuditChanges {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, personal.has(name) ? null : digestOf(value)]],
    ),
  );
}

/** A digest that can prove whether a value was set, if somebody claims that. */
function digestOf(value: unknown): string {
  return hash('sha256', toJson(value), 'hex').slice(0, DIGITS);
}
