import { sqlState } from '../../common/http/problem/database-errors';

const TRANSACTION_ABORTED = '25P02';

/**
 * Waits for statements of one transaction that were sent in one message, and for whatever runs beside them. Each result
 * is returned under the name of its statement.
 *
 * @throws the first error in the order of the names, when all have ended. A statement behind a refused one only hears that
 *   the transaction is aborted (25P02), so that is thrown only if there is no other error.
 */
export async function pipelined<Pending extends Readonly<Record<string, unknown>>>(
  pending: Pending,
): Promise<{ -readonly [Name in keyof Pending]: Awaited<Pending[Name]> }> {
  const names = Object.keys(pending);
  const settled = await Promise.allSettled(Object.values(pending));
  const errors = settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (errors.length > 0) throw errors.find((error) => sqlState(error) !== TRANSACTION_ABORTED) ?? errors[0];
  const results = settled.map((one, index) => [names[index], one.status === 'fulfilled' ? one.value : null]);
  return Object.fromEntries(results) as { -readonly [Name in keyof Pending]: Awaited<Pending[Name]> };
}
