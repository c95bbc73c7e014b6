import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OpenModeIsLocalError } from '../../common/http/problem/access-errors';
import { isLoopback } from '../config/loopback';

/** Headers that proxies and content delivery networks add. */
const FORWARDED =
  /^(forwarded|via|x-(forwarded|original|envoy)(-.*)?|x-real-ip|x-(cluster-)?client-ip|true-client-ip|(cf-connecting|fastly-client)-ip)$/;

/**
 * In the open mode everybody may do everything, so this refuses requests that do not come from this machine: those with another
 * host name (DNS rebinding by a web page), those from a page of another site, and those that came through a proxy.
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

function isLocal({ headers, originalUrl, raw }: FastifyRequest): boolean {
  // As nginx speaks to what is behind it, with the host of that and no other sign of itself, unless it is told otherwise.
  if (raw.httpVersion === '1.0') return false;
  const { host = '', origin } = headers;
  if (!isLoopback(withoutPort(host))) return false;
  // A host in the target has precedence over the header (RFC 9112, 3.2.2).
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
