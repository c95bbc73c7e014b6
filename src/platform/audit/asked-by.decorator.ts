import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AuditEntry } from './audit-entry';

/** What the trail remembers of a request, whatever came of it. */
export type AskedBy = Pick<AuditEntry, 'client' | 'keyId' | 'role' | 'requestId' | 'operation' | 'address'>;

/** Who asks for what, as the trail remembers it. */
export const WhoAsks = createParamDecorator((_: unknown, context: ExecutionContext): AskedBy => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { caller, method, routeOptions, id, ip } = request;
  return {
    client: caller.client,
    keyId: caller.keyId,
    role: caller.role,
    requestId: id,
    operation: `${method} ${routeOptions.url ?? ''}`,
    address: ip,
  };
});
