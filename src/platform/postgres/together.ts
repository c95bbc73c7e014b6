import { sqlState } from '../../common/http/problem/database-errors';

const TRANSACTION_ABORTED = '25P02';

/**
 * Waits for statements of one transaction that were sent in one message, and for whatever goes on beside them.
 *
 * @throws the first refusal in the order given. A statement behind a refused one only hears that the transaction is
 *   aborted: that is never the reason.
 */
export async function together<Pending extends readonly unknown[] | []>(
  pending: Pending,
): Promise<{ -readonly [Index in keyof Pending]: Awaited<Pending[Index]> }> {
  const settled = await Promise.allSettled<unknown>(pending);
  const refusals = settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (refusals.length > 0)
    throw refusals.find((reason) => sqlState(reason) !== TRANSACTION_ABORTED) ?? refusals[0];
  return Promise.all(pending);
}
