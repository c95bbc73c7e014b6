import type { AuditFilter } from './dto/audit-queries.dto';

/** Which entries are searched for. */
export interface AuditSearch extends Omit<AuditFilter, 'client'> {
  /** Entries of one of them. Undefined means of anybody. */
  readonly clients?: readonly string[];
}

export interface Selection {
  readonly text: string;
  readonly values: unknown[];
}

const COLUMNS = `entry_id, occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
       changes, reason, address`;
const NEWEST_FIRST = 'ORDER BY occurred_at DESC, entry_id DESC';
const KIND = `coalesce(object_kind, '')`;

/**
 * Selects entries in their order, newest first, each kind of search by an index of its own.
 *
 * What is searched for and the span of time are one comparison of rows, and the order names the same columns. Only an index of
 * all these columns gives that order. Where the planner knew the values, it would believe to find few entries and sort them, or
 * to meet many and read the history until it does; so they come from a row that it cannot look into. In such an index the wanted
 * entries are in one place, however long the history is.
 *
 * @param time,id the entries are before this place.
 */
export function selectEntries(search: AuditSearch, time: string, id: number, limit: number): Selection {
  const values = new Values();
  const since = values.add(search.from ?? '-infinity');
  const span = `span (since, time, id) AS (
    SELECT * FROM unnest(ARRAY[${since}::timestamptz], ARRAY[${values.add(time)}::timestamptz], ARRAY[${values.add(id)}::bigint]))`;
  const most = `${values.add(limit)}::bigint`;
  return { text: textOf(search, span, most, values), values: values.all };
}

function textOf(
  { clients, object_kind: kind, object_id }: AuditSearch,
  span: string,
  most: string,
  values: Values,
): string {
  const select = (groups: string, entries: string): string => `
    WITH RECURSIVE ${span}${groups}
    SELECT entry.* FROM span ${groups === '' ? '' : 'CROSS JOIN groups'} CROSS JOIN LATERAL (${entries}) AS entry
    ${NEWEST_FIRST} LIMIT ${most}`;
  if (object_id !== undefined) {
    const condition = clients ? ` AND client = ANY (${values.add(clients)}::text[])` : '';
    return select(
      groupsOf('object_id', [object_id], kind, values),
      inOrder(
        ['object_id', KIND],
        ['groups.value', 'groups.kind'],
        most,
        ` AND object_id IS NOT NULL${condition}`,
      ),
    );
  }
  if (clients)
    return select(
      groupsOf('client', clients, kind, values),
      inOrder(['client', KIND], ['groups.value', 'groups.kind'], most),
    );
  if (kind === undefined) return select('', inOrder([], [], most));
  return select(
    `, groups (kind) AS (SELECT * FROM unnest(ARRAY[${values.add(kind)}::text]))`,
    inOrder(['object_kind'], ['groups.kind'], most),
  );
}

/**
 * The parts of an index in which there are entries of some clients, or of an object. The index has the kind of object before the
 * time, so each kind is a part: they are found one after the other, and of each no more entries are read than are shown.
 */
function groupsOf(
  column: 'client' | 'object_id',
  wanted: readonly string[],
  kind: string | undefined,
  values: Values,
): string {
  const given = `unnest(${values.add(wanted)}::text[]) AS given (value)`;
  if (kind !== undefined)
    return `, groups (value, kind) AS (SELECT given.value, ${values.add(kind)}::text FROM ${given})`;
  const next = (behind: '>' | '>=', place: string): string => `CROSS JOIN LATERAL (
      SELECT ${column}, ${KIND} FROM audit_entries
      WHERE (${column}, ${KIND}) ${behind} (${place}) AND ${column} IS NOT NULL
      ORDER BY ${column}, ${KIND} LIMIT 1) AS found (value, kind)`;
  return `, groups (value, kind) AS (
    SELECT found.* FROM ${given} ${next('>=', `given.value, ''`)} WHERE found.value = given.value
    UNION ALL
    SELECT found.* FROM groups ${next('>', 'groups.value, groups.kind')} WHERE found.value = groups.value)`;
}

/** Entries of a span that have the values in these columns. */
function inOrder(
  columns: readonly string[],
  wanted: readonly string[],
  most: string,
  condition = '',
): string {
  const key = [...columns, 'occurred_at', 'entry_id'];
  return `SELECT ${COLUMNS} FROM audit_entries
      WHERE (${key.join(', ')}) >= (${[...wanted, 'span.since', '0'].join(', ')})
        AND (${key.join(', ')}) < (${[...wanted, 'span.time', 'span.id'].join(', ')})${condition}
      ORDER BY ${key.map((column) => `${column} DESC`).join(', ')} LIMIT ${most}`;
}

/** The parameters of a statement. */
class Values {
  readonly all: unknown[] = [];

  /** Returns the name of the parameter. */
  add(value: unknown): string {
    this.all.push(value);
    return `$${this.all.length}`;
  }
}
