import { HttpStatus } from '@nestjs/common';
import type { ProblemTypes } from './problem-type';

const REPEAT = 'Wait for as long as Retry-After says, then repeat the request with the same Idempotency-Key.';

/** What the service cannot do for any caller at the moment. */
export const SERVICE_PROBLEMS = {
  internal_error: {
    status: HttpStatus.INTERNAL_SERVER_ERROR,
    title: 'The service has failed.',
    when: 'The service has a defect, and the request met it. The reason is in the log of the service, under `request_id`.',
    advice:
      'Repeat the request once with the same Idempotency-Key; if it fails again, tell the operator the request_id.',
  },
  database_away: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The database cannot be reached.',
    when: 'The connection to the database fails or breaks. Whether a write was done is then not known.',
    advice: REPEAT,
    retryAfter: 2,
  },
  database_busy: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The database is busy.',
    when: 'All connections were in use for too long, the database stopped a statement because of its time limit, or commits wait for its standby.',
    advice: REPEAT,
    retryAfter: 1,
  },
  cache_away: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The cache cannot be reached.',
    when: 'An operation about the cache itself is called while Redis is away. All other operations work without it.',
    advice: 'Wait for as long as Retry-After says, then repeat the request.',
    retryAfter: 1,
  },
  proof_running: {
    status: HttpStatus.CONFLICT,
    title: 'A proof is running.',
    when: 'A proof is asked for while one is running. Only one runs at a time, over all processes of the service.',
    advice: 'Follow the one that is running with GET /proofs/{proof_id}; the detail names it.',
  },
  overloaded: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The service has too many requests.',
    when: 'The service has more requests than it can answer in time, so it refuses some before it begins with them.',
    advice: REPEAT,
    retryAfter: 1,
  },
  totals_incomplete: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The totals are still being counted.',
    when: 'A new version of the service, or another time zone, counts the history by day and hour, and much of it is missing yet.',
    advice: 'Wait for as long as Retry-After says, then repeat the request.',
    retryAfter: 10,
  },
  service_stopping: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The service is stopping.',
    when: 'The service was told to stop, finishes what it has begun, and takes nothing new.',
    advice: REPEAT,
    retryAfter: 2,
  },
} as const satisfies ProblemTypes;
