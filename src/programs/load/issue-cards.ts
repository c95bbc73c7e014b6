import { StartupError } from '../../common/program/startup-error';
import { inParallel } from '../service-traffic/in-parallel';
import type { ServiceClient } from '../service-traffic/service-client';

/** Enough for some rides and far below the largest balance, in whole units of the currency. */
const INITIAL_BALANCE = 100_000;

/**
 * Cards without a rider, with some money on them.
 *
 * @param onIssued called for each card with how many there are by then.
 * @throws StartupError when the service issues none.
 */
export async function issueCards(
  client: ServiceClient,
  count: number,
  onIssued: (issued: number) => void,
): Promise<number[]> {
  const cards: number[] = [];
  await inParallel(Array.from({ length: count }), async () => {
    const issued = await client.send<{ card_id: number }>('issue', 'POST', '/cards', {});
    if (!issued?.ok) throw new StartupError('the service could not issue a card: its log says why');
    const { card_id } = issued.body;
    const paid = await client.send('recharge', 'POST', '/recharges', { card_id, amount: INITIAL_BALANCE });
    if (!paid?.ok)
      throw new StartupError(`the service refused a recharge of ${INITIAL_BALANCE}: its log says why`);
    onIssued(cards.push(card_id));
  });
  return cards;
}
