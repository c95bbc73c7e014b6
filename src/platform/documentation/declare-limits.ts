import { declareProblems } from './declare-problems';
import type { Operation } from './document-types';

/** Declares that an operation is refused to who asks for too much, and what the refusal says. */
export function declareLimits(operation: Operation): void {
  declareProblems(operation, ['too_many_requests']);
  const response = operation.responses[429];
  if (response && !('$ref' in response)) response.headers = HEADERS;
}

const HEADERS = {
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 } },
  RateLimit: {
    description:
      'Which limit it is, what is left of it, and in how many seconds there is more: `"writes";r=0;t=30`.',
    schema: { type: 'string' },
  },
  'RateLimit-Policy': {
    description: 'What the limit is, in requests and seconds: `"writes";q=600;w=60`.',
    schema: { type: 'string' },
  },
} as const;
