import { HttpStatus } from '@nestjs/common';
import type { ProblemTypes } from './problem-type';

/** Trips, fares, and the network that they use. */
export const TRIP_PROBLEMS = {
  trip_already_open: {
    status: HttpStatus.CONFLICT,
    title: 'The card is on a trip.',
    when: 'The card boards again while its last trip is open, and that trip is younger than `TRIP_MAX_HOURS`.',
    advice: 'End the open trip with POST /trips/end, then board again.',
  },
  trip_already_ended: {
    status: HttpStatus.CONFLICT,
    title: 'The trip has ended.',
    when: 'A trip is to be ended that was ended before, or that was closed without an exit because it was too old.',
    advice: 'Nothing has to be done: GET /trips/{trip_id} shows how it ended.',
  },
  route_inactive: {
    status: HttpStatus.CONFLICT,
    title: 'The route is not in service.',
    when: 'A boarding names a route that is not in service.',
    advice: 'Choose a route that is in service; GET /routes?status=active lists them.',
  },
  station_inactive: {
    status: HttpStatus.CONFLICT,
    title: 'The station is not in service.',
    when: 'A boarding names a station that is not in service.',
    advice: 'Choose a station that is in service; GET /stations?status=active lists them.',
  },
  station_not_on_route: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    title: 'The route does not stop at the station.',
    when: 'A boarding, the end of a trip or an arrival names a route and a station at which that route does not stop.',
    advice: 'Choose a station of the route; GET /trips/routes/{route_id}/stations lists them.',
  },
  validator_not_active: {
    status: HttpStatus.CONFLICT,
    title: 'The validator is not in service.',
    when: 'A validator that was taken out of service sends its taps.',
    advice:
      'Have an agent hand them in for it, or take the validator into service with PATCH /validators/{validator_id}.',
  },
  tap_already_resolved: {
    status: HttpStatus.CONFLICT,
    title: 'The tap has been decided.',
    when: 'A tap in suspense is to be charged or dismissed, and a person has done so before.',
    advice: 'Nothing has to be done: GET /taps/suspense?status=resolved shows how it was decided.',
  },
  no_tariff: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    title: 'No tariff is valid at this time.',
    when: 'A fare is asked for at a time for which no price of the component has been set.',
    advice: 'Ask for a later time, or let an operator set a tariff with POST /fares/tariffs.',
  },
  simulation_off: {
    status: HttpStatus.NOT_FOUND,
    title: 'Simulation is switched off.',
    when: 'Rides are to be simulated, and the setting `SIMULATION` of the service is not `on`.',
    advice:
      'Let an operator start the service with SIMULATION=on, where real cards may be charged for tests.',
  },
} as const satisfies ProblemTypes;
