import { HttpStatus } from '@nestjs/common';
import type { ProblemType, ProblemTypes } from './problem-type';

/** What can be asked for by an id, a code or a key. */
export const NOT_FOUND_PROBLEMS = {
  user_not_found: notFound('rider', 'user_id'),
  card_not_found: notFound('card', 'card_id'),
  recharge_not_found: notFound('recharge', 'recharge_id'),
  recharge_point_not_found: notFound('recharge point', 'recharge_point_id'),
  action_not_found: notFound('action', 'action_id'),
  trip_not_found: notFound('trip', 'trip_id'),
  route_not_found: notFound('route', 'route_id or route code'),
  station_not_found: notFound('station', 'station_id or station code'),
  vehicle_not_found: notFound('vehicle', 'vehicle_id'),
  driver_not_found: notFound('driver', 'driver_id'),
  concessionaire_not_found: notFound('concessionaire', 'concessionaire_id'),
  validator_not_found: notFound('validator', 'validator_id'),
  suspended_tap_not_found: notFound('suspended tap', 'suspense_id'),
  arrival_not_found: notFound('arrival', 'arrival_id'),
  alert_not_found: notFound('alert', 'alert_id'),
  proof_not_found: notFound('proof', 'proof_id'),
  access_key_not_found: notFound('key', 'key_id'),
  cache_key_not_found: {
    status: HttpStatus.NOT_FOUND,
    title: 'The cache key does not exist.',
    when: 'No answer is cached under this key now: it was never cached, it expired, or a write removed it.',
    advice: 'Nothing has to be removed. GET /cache/keys lists the keys that exist.',
  },
} as const satisfies ProblemTypes;

function notFound(thing: string, name: string): ProblemType {
  return {
    status: HttpStatus.NOT_FOUND,
    title: `The ${thing} does not exist.`,
    when: `No ${thing} has the ${name} in the request, or what the request has there can be no ${name}.`,
    advice: `Check the ${name}.`,
  };
}
