import { hash } from 'node:crypto';
import { toJson } from '../../common/http/json';
import type { AuditChanges } from './audit-entry';

const DIGITS = 12;

/**
 * What a change set, as the trail remembers it.
 *
 * @param values the members by their names; one that is undefined was not set.
 * @param personal the members that say something about a person: of these only the names are remembered.
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

/** The digest by which a value can be proven that somebody claims was set. */
function digestOf(value: unknown): string {
  return hash('sha256', toJson(value), 'hex').slice(0, DIGITS);
}
