import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OpenModeIsLocalError } from '../../common/http/problem/access-errors';
import { isLoopback } from '../config/loopback';

/** By these a proxy in front is noticed. */
const FORWARDED = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/**
 * Refuses what does not come from this machine itself, where everybody may do everything: a host of another name (a page
 * elsewhere whose name was bound to this address), a page of another site, and whatever came through a proxy.
 */
export function refuseBeyondLoopback(
  server: FastifyInstance,
  refuse: (error: OpenModeIsLocalError, request: FastifyRequest, reply: FastifyReply) => void,
): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (isLocal(request)) done();
    else refuse(new OpenModeIsLocalError(), request, reply);
  });
}

function isLocal({ headers, originalUrl }: FastifyRequest): boolean {
  const { host = '', origin } = headers;
  if (!isLoopback(withoutPort(host))) return false;
  // An address in the target counts for more than the header (RFC 9112, 3.2.2).
  if (!originalUrl.startsWith('/') && !isLocalAddress(originalUrl)) return false;
  if (origin !== undefined && !isLocalAddress(origin)) return false;
  for (const name in headers) if (FORWARDED.test(name)) return false;
  return true;
}

function isLocalAddress(address: string): boolean {
  const [, host = ''] = /^https?:\/\/([^/?#]*)/i.exec(address) ?? [];
  return isLoopback(withoutPort(host));
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}
