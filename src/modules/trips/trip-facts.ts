import { answersFacts } from '../../platform/access/lasting-facts';

/** Whose a trip is: its card's user's; and its vehicle, 0 where nobody knows it. */
export const tripFacts = answersFacts({
  'user of trip': 'SELECT user_id AS value FROM trips JOIN cards USING (card_id) WHERE trip_id = $1',
  'vehicle of trip': 'SELECT coalesce(vehicle_id, 0) AS value FROM trips WHERE trip_id = $1',
});
