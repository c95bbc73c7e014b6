import { answersFacts } from '../../platform/access/lasting-facts';

/** Whose a recharge is, and what it brought: neither changes, also when it is reversed. */
export const rechargeFacts = answersFacts({
  'user of recharge':
    'SELECT user_id AS value FROM recharges JOIN cards USING (card_id) WHERE recharge_id = $1',
  'amount of recharge': 'SELECT amount AS value FROM recharges WHERE recharge_id = $1',
});
