import type { WriteRequest } from '../../src/platform/writes/write-request';

/** A request as the cause of a write, without HTTP. */
export function writeRequest(given: Partial<WriteRequest> = {}): WriteRequest {
  return {
    key: null,
    client: '',
    fingerprint: Buffer.alloc(32),
    status: 201,
    replayed: () => undefined,
    origin: {
      client: given.client ?? '',
      keyId: null,
      role: null,
      requestId: null,
      operation: 'POST /facts',
      address: null,
    },
    ...given,
  };
}

/** What the audit trail is told of a fact. */
export const AUDIT = { object: { kind: 'fact', id: null }, changes: { version: 1 } };
