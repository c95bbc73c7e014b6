import type { ClientBase } from 'pg';
import type { SealedSource } from './sealed-source';
import type { ChainBreak } from './verify-chain';

/** Rows are sealed after ten seconds, and when the service starts or stops. */
const MOST_SECONDS = 60;

/**
 * Finds rows that should have been sealed: they can be changed without a trace. The clock of the database is asked. A row from
 * the future would never be due, so it is one of them.
 *
 * @param time the column that says when a row was added.
 * @param after the last sealed id.
 */
export async function findOverdue(
  client: ClientBase,
  { name, id }: SealedSource,
  time: string,
  after: number,
): Promise<ChainBreak[]> {
  const { rows } = await client.query<{ count: number; first: number; seconds: number }>(
    `SELECT count(*) AS count, min(${id}) AS first,
            floor(extract(epoch FROM now() - min(${time})))::double precision AS seconds
     FROM ${name} WHERE ${id} > $1
       AND (${time} < now() - make_interval(secs => $2) OR ${time} > now() + make_interval(secs => $2))
     HAVING count(*) > 0`,
    [after, MOST_SECONDS],
  );
  return rows.map(({ count, first, seconds }) => ({
    seal: 0,
    id: first,
    what: `${count} rows are not sealed, the oldest for ${seconds} s: the service does not run, or somebody keeps it from sealing`,
  }));
}
