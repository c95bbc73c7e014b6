import { PROBLEM_CODES, PROBLEM_TYPES } from '../../common/http/problem/problem-types';
import type { RequestDurations } from '../../common/http/request-durations';
import type { Sample } from '../../platform/metrics/metric';
import type { Metrics } from '../../platform/metrics/metrics';

const UNAUTHORIZED = 401;

/** What callers get: how long it took, and what they were refused with. */
export function describeHttp(metrics: Metrics, requests: RequestDurations): void {
  metrics.histogram(
    'http_server_request_duration_seconds',
    'How long requests took until they were answered, by method, route and status.',
    () =>
      [...requests.all].flatMap(({ method, route, byStatus }) =>
        [...byStatus].map(([status, durations]) => ({
          labels: { http_request_method: method, http_route: route, http_response_status_code: status },
          durations,
        })),
      ),
  );
  metrics.histogram(
    'travel_cache_hit_duration_seconds',
    'How long requests took that were hits in the cache.',
    () => [{ labels: {}, durations: requests.hits }],
  );
  metrics.counter('travel_problems', 'Responses with a problem document, by its code.', () =>
    codes(requests),
  );
  metrics.counter(
    'travel_authentication_failures',
    'Requests that were refused because nobody knew who asked.',
    () => codes(requests, UNAUTHORIZED),
  );
}

/** Each code is there from the start, so that the first one counts as an increase. */
function codes({ problems }: RequestDurations, status?: number): Sample[] {
  return PROBLEM_CODES.filter((code) => status === undefined || PROBLEM_TYPES[code].status === status).map(
    (code) => ({ labels: { code }, value: problems.get(code) ?? 0 }),
  );
}
