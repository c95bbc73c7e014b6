import { answersFacts } from '../../platform/access/lasting-facts';

/** Whose a card is: it has its user when it is issued, or never. */
export const cardFacts = answersFacts({
  'user of card': 'SELECT user_id AS value FROM cards WHERE card_id = $1',
});
