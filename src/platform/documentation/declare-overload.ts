import { problemResponse } from '../../common/http/api-problems.decorator';
import type { Operation } from './document-types';

/** Any operation may be refused while the event loop is late, except those about the service's health. */
export function declareOverload({ responses }: Operation, path: string): void {
  if (path.startsWith('/health')) return;
  const declared = responses[503];
  const { content = {} } = declared && !('$ref' in declared) ? declared : {};
  const { examples = {} } = content['application/problem+json'] ?? {};
  responses[503] = problemResponse(503, [...Object.keys(examples), 'overloaded'].join(', '));
}
