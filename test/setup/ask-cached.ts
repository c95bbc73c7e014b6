import { type Answer, ask } from './api';
import type { Service } from './service';
import { until } from './until';

/**
 * Asks a cached operation, again while it is answered past the cache: on a busy machine a process may not trust its cache for a
 * moment. Such an answer changes nothing in the cache.
 */
export async function askCached<Body = unknown>(
  service: Pick<Service, 'url'>,
  path: string,
  init: RequestInit = {},
): Promise<Answer<Body>> {
  let answer = await ask<Body>(service, path, init);
  if (sourceOf(answer) !== 'BYPASS') return answer;
  await until(`${path} is answered by the cache, or for it`, async () => {
    answer = await ask<Body>(service, path, init);
    return sourceOf(answer) !== 'BYPASS';
  });
  return answer;
}

/** Where the service says that an answer came from; null where it says nothing of a cache. */
export function sourceOf({ headers }: Answer): string | null {
  return headers.get('x-cache');
}
