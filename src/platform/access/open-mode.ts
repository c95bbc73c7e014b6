import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OpenModeIsLocalError } from '../../common/http/problem/access-errors';
import { isLoopback } from '../config/loopback';

/** What proxies of any kind add: who asked them, and by which way. */
const PROXY = /^(forwarded|via|cdn-loop|proxy-connection|x-(forwarded|original|envoy)(-.*)?|x-via(-.*)?)$/;
/** An address of a client, whoever's name is before it: X-Real-IP, True-Client-IP, X-Azure-ClientIP, X-Remote-Addr … */
const ADDRESS = /(^|-)((client|real|user|connecting|remote|connection|source|socket)-?(ip|addr))$/;
/** What content delivery networks, load balancers and tunnels call after themselves. */
const VENDOR =
  /^(x-)?(akamai|ali|amz-cf|amzn|appengine|arr|azure|bunny|cdn|cf|cloud-trace|cloudfront|fastly|fly|github|google|gfe|incap|netlify|nf|ngrok|railway|render|sucuri|tailscale|vercel)-/;

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
  for (const name in headers) if (isOfProxy(name)) return false;
  return true;
}

function isOfProxy(name: string): boolean {
  return PROXY.test(name) || ADDRESS.test(name) || VENDOR.test(name);
}

function isLocalAddress(address: string): boolean {
  const [, host = ''] = /^https?:\/\/([^/?#]*)/i.exec(address) ?? [];
  return isLoopback(withoutPort(host));
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}
