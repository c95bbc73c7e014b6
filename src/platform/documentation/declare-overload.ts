import { problemResponse } from '../../common/http/api-problems.decorator';
import type { Operation } from './document-types';

/**
 * Declares 503 `overloaded`, with which any operation except the health checks may be refused while the event loop is
 * late.
 */
export function declareOverload({ responses }: Operation, path: string): void {
  if (path.startsWith('/health')) return;
  const declared = responses[503];
  const { content = {} } = declared && !('$ref' in declared) ? declared : {};
  const { examples = {} } = content['application/problem+json'] ?? {};
  responses[503] = problemResponse(503, [...Object.keys(examples), 'overloaded'].join(', '));
}
