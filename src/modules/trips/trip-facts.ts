import { answersFacts } from '../../platform/access/lasting-facts';

/** Whose a trip is: its card's user's. */
export const tripFacts = answersFacts({
  'user of trip': 'SELECT user_id AS value FROM trips JOIN cards USING (card_id) WHERE trip_id = $1',
});
