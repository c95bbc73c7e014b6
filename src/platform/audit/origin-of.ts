import type { FastifyRequest } from 'fastify';
import type { AuditObject, Origin } from './audit-entry';

/** An id that the service gave, and not whatever a caller wrote in its place. */
const ID = /^[1-9]\d{0,18}$/;
const KEY_ID = /^[0-9A-Za-z]{8}$/;

/** Who a request is from, and what it asks for. */
export function originOf(request: FastifyRequest): Origin {
  const { client, keyId, role } = request.caller;
  return {
    client,
    keyId,
    role,
    requestId: request.id,
    operation: operationOf(request),
    address: request.address,
  };
}

/** What the path of a request names first: `/recharges/7/reversal` is about recharge 7. */
export function objectOf({ params }: FastifyRequest): AuditObject | null {
  const [first] = Object.entries((params ?? {}) as Readonly<Record<string, string>>);
  if (!first) return null;
  const [name, text] = first;
  if (name === 'key_id') return { kind: 'access_key', id: KEY_ID.test(text) ? text : null };
  if (name.endsWith('_id')) return { kind: name.slice(0, -3), id: ID.test(text) ? text : null };
  return null;
}

/** As the OpenAPI document names it. A path that is not served is not repeated: a caller may have written anything. */
function operationOf({ method, routeOptions: { url } }: FastifyRequest): string {
  return `${method} ${url?.replace(/:(\w+)/g, '{$1}') ?? '(no such operation)'}`;
}
