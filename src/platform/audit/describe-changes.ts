import { hash } from 'node:crypto';
import { toJson } from '../../common/http/json';
import { isPersonal } from '../../common/personal.decorator';
import type { AuditChanges } from './audit-entry';

const DIGITS = 12;

/**
 * What a change set, as the trail remembers it: of members that are marked `@Personal()` only the names.
 *
 * @param values the members by their names; one that is undefined was not set.
 */
export function describeChanges(values: object): AuditChanges {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [[name, isPersonal(name) ? null : digestOf(value)]],
    ),
  );
}

/** The digest by which a value can be proven that somebody claims was set. */
function digestOf(value: unknown): string {
  return hash('sha256', toJson(value), 'hex').slice(0, DIGITS);
}
