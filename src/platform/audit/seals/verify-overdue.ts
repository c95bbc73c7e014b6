import type { ClientBase } from 'pg';
import { instantText, type SealedSource } from './sealed-source';

/** Rows are sealed after ten seconds, and when the service starts or stops. */
const MOST_SECONDS = 60;

/**
 * Finds rows that should have been sealed: they can be changed without a trace. The clock of the database is asked. A row from
 * the future would never be due, so it is one of them.
 *
 * @param after the last sealed id.
 * @returns which they are, and what to do; null if there are none, or nothing says when a row was added.
 */
export async function findOverdue(
  client: ClientBase,
  { name, id, time }: SealedSource,
  after: number,
): Promise<string | null> {
  if (time === undefined) return null;
  const { rows } = await client.query<{ count: number; first: number; since: string }>(
    `SELECT count(*) AS count, min(${id}) AS first, ${instantText(`min(${time})`)} AS since
     FROM ${name} WHERE ${id} > $1
       AND (${time} < now() - make_interval(secs => $2) OR ${time} > now() + make_interval(secs => $2))
     HAVING count(*) > 0`,
    [after, MOST_SECONDS],
  );
  const [found] = rows;
  return (
    (found &&
      `${found.count} rows of ${name} from ${found.first} on are not sealed, the oldest since ${found.since}, so they could be changed unseen. Start the service: it seals them at once. If it runs, its log says who keeps it from sealing`) ??
    null
  );
}
