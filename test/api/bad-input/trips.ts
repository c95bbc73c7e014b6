import { FARE } from '../../builders/rides';
import { invalid, invalidMember, notFound, refused, type Refusal, type Refusals } from './refusal';
import type { There } from './there';

const boarding = ({ line, card }: There): object => ({ ...line.boarding, card_id: card });
const ride = ({ line, card }: There): object => ({ ...line.ride, card_id: card });
const end = ({ line, openTrip }: There): object => ({
  trip_id: openTrip,
  disembarking_station_id: line.ride.disembarking_station_id,
});

/** A right boarding but for these members. */
function refusedBoarding(
  what: string,
  wrong: (there: There) => object,
  status: number,
  code: string,
): Refusal {
  return refused(what, (there) => ({ body: { ...boarding(there), ...wrong(there) } }), status, code);
}

/** A right ride but for these members. */
function refusedRide(what: string, wrong: (there: There) => object, status: number, code: string): Refusal {
  return refused(what, (there) => ({ body: { ...ride(there), ...wrong(there) } }), status, code);
}

/** A right end of a trip but for these members. */
function refusedEnd(what: string, wrong: (there: There) => object, status: number, code: string): Refusal {
  return refused(what, (there) => ({ body: { ...end(there), ...wrong(there) } }), status, code);
}

export const trips: Refusals = {
  'POST /trips/start': [
    ...invalidMember('card_id', ['1', 0, null, 1.5], boarding),
    ...invalidMember('route_id', ['1', 0, undefined], boarding),
    ...invalidMember('boarding_station_id', [-1, undefined], boarding),
    ...invalidMember('fare_amount', [1], boarding),
    refusedBoarding('an unknown card', () => ({ card_id: 999 }), 404, 'card_not_found'),
    refusedBoarding(
      'a blocked card',
      ({ blockedCard }) => ({ card_id: blockedCard }),
      409,
      'card_not_active',
    ),
    refusedBoarding(
      'a second boarding',
      ({ ridingCard }) => ({ card_id: ridingCard }),
      409,
      'trip_already_open',
    ),
    refusedBoarding(
      `a card without the ${FARE} pesos`,
      ({ emptyCard }) => ({ card_id: emptyCard }),
      402,
      'insufficient_balance',
    ),
    refusedBoarding('an unknown route', () => ({ route_id: 999 }), 404, 'route_not_found'),
    refusedBoarding('an unknown station', () => ({ boarding_station_id: 999 }), 404, 'station_not_found'),
    refusedBoarding('an unknown vehicle', () => ({ vehicle_id: 999 }), 404, 'vehicle_not_found'),
    refusedBoarding('an unknown driver', () => ({ driver_id: 999 }), 404, 'driver_not_found'),
    refusedBoarding(
      'a station off the route',
      ({ farStation }) => ({ boarding_station_id: farStation }),
      422,
      'station_not_on_route',
    ),
    refusedBoarding(
      'a route out of service',
      ({ closedRoute, farStation }) => ({ route_id: closedRoute, boarding_station_id: farStation }),
      409,
      'route_inactive',
    ),
    refusedBoarding(
      'a station out of service',
      ({ partlyClosedRoute, closedStation }) => ({
        route_id: partlyClosedRoute,
        boarding_station_id: closedStation,
      }),
      409,
      'station_inactive',
    ),
  ],

  'POST /trips/complete': [
    ...invalidMember('disembarking_station_id', [undefined, '2', 0], ride),
    refusedRide(
      `a card without the ${FARE} pesos`,
      ({ emptyCard }) => ({ card_id: emptyCard }),
      402,
      'insufficient_balance',
    ),
    refusedRide(
      'alighting off the route',
      ({ farStation }) => ({ disembarking_station_id: farStation }),
      422,
      'station_not_on_route',
    ),
    refusedRide(
      'alighting at an unknown station',
      () => ({ disembarking_station_id: 999 }),
      404,
      'station_not_found',
    ),
  ],

  'POST /trips/end': [
    ...invalidMember('trip_id', ['1', 0, undefined], end),
    refusedEnd('an unknown trip', () => ({ trip_id: 999 }), 404, 'trip_not_found'),
    refusedEnd('an ended trip', ({ endedTrip }) => ({ trip_id: endedTrip }), 409, 'trip_already_ended'),
    refusedEnd('an unknown station', () => ({ disembarking_station_id: 999 }), 404, 'station_not_found'),
    refusedEnd(
      'a station off the route',
      ({ farStation }) => ({ disembarking_station_id: farStation }),
      422,
      'station_not_on_route',
    ),
  ],

  'POST /trips/simulate/revenue-test': [
    refused(
      'while it is switched off',
      () => ({ path: '/trips/simulate/revenue-test?num_trips=5' }),
      404,
      'simulation_off',
    ),
    invalid('too many trips', () => ({ path: '/trips/simulate/revenue-test?num_trips=201' })),
  ],

  'GET /trips/{trip_id}': notFound('trip', [
    '/trips/999',
    '/trips/abc',
    '/trips/9223372036854775808',
    '/trips/-1',
  ]),

  'GET /trips/card/{card_id}': notFound('card', ['/trips/card/999', '/trips/card/-1']),

  'GET /trips/routes/{route_id}/stations': notFound('route', [
    '/trips/routes/999/stations',
    '/trips/routes/1.5/stations',
  ]),
};
