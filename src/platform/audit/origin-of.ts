import type { FastifyRequest } from 'fastify';
import type { AuditObject, Origin } from './audit-entry';

/** An id that the service gave, and not whatever a caller wrote in its place. */
const ID = /^[1-9]\d{0,18}$/;
type Members = Readonly<Record<string, unknown>>;

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

/**
 * What the path of a request names first: `/recharges/7/reversal` is about recharge 7. Otherwise it is the object whose owner is
 * asked for, if the body names it and was read.
 */
export function objectOf(request: FastifyRequest): AuditObject | null {
  const [first] = [...Object.entries((request.params ?? {}) as Members), ...ownInBody(request)];
  if (!first) return null;
  const name = first[0];
  const text = String(first[1]);
  if (name === 'key_id') return { kind: 'access_key', id: KEY_ID.test(text) ? text : null };
  if (name.endsWith('_id')) return { kind: name.slice(0, -3), id: ID.test(text) ? text : null };
  return null;
}

function ownInBody({ body, routeOptions }: FastifyRequest): [string, unknown][] {
  const own = routeOptions.config.access?.own;
  return own?.isInBody ? [[own.name, (body as Members | null | undefined)?.[own.name]]] : [];
}

/** As the OpenAPI document names it. A path that is not served is not repeated: a caller may have written anything. */
function operationOf({ method, routeOptions: { url } }: FastifyRequest): string {
  return `${method} ${url?.replace(/:(\w+)/g, '{$1}') ?? '(no such operation)'}`;
}
