import type { FastifyInstance, FastifyRequest } from 'fastify';
import { OpenModeIsLocalError } from '../../common/http/problem/access-errors';
import { sendProblem } from '../../common/http/problem/problem.filter';
import { isLoopback } from '../config/loopback';

/** By these a proxy in front is noticed: the standard's, and those of the usual proxies and networks in front. */
const FORWARDED =
  /^(forwarded|via|x-(forwarded|original|envoy)(-.*)?|x-real-ip|x-(cluster-)?client-ip|true-client-ip|(cf-connecting|fastly-client)-ip)$/;

/**
 * Refuses what does not come from this machine itself, where everybody may do everything: a host of another name (a page
 * elsewhere whose name was bound to this address), a page of another site, and whatever came through a proxy.
 */
export function refuseBeyondLoopback(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (isLocal(request)) done();
    else sendProblem(new OpenModeIsLocalError(), request, reply);
  });
}

function isLocal({ headers, originalUrl, raw }: FastifyRequest): boolean {
  // As nginx speaks to what is behind it, with the host of that and no other sign of itself, unless it is told otherwise.
  if (raw.httpVersion === '1.0') return false;
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
