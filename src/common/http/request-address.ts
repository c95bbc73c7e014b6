import { isIP, type Socket, SocketAddress } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const MAPPED = /^[0:]+:ffff:/i;

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * Where the request comes from: an IP address, as a trusted proxy or the connection says it. It is null if the caller had
     * left before the connection was accepted.
     */
    address: string | null;
  }
}

/**
 * Takes the address of every request once, at its beginning. A connection that is closed has none any more, and whoever needs
 * the address later must not depend on whether the caller still waits.
 */
export function takeAddresses(server: FastifyInstance): void {
  server.decorateRequest('address', null);
  // Node.js remembers an address that was asked for once.
  server.server.on('connection', (socket: Socket) => socket.remoteAddress);
  server.addHook('onRequest', (request: FastifyRequest, _reply: FastifyReply, done: () => void) => {
    request.address = addressOf(request);
    done();
  });
}

/** A caller may write anything into a header that a trusted proxy passes on. */
function addressOf({ ip, socket }: { ip?: string; socket: Partial<Socket> | null }): string | null {
  const remote = socket?.remoteAddress;
  // That of the connection is one; what a proxy passes on may be anything.
  const address = ip !== undefined && ip !== remote && isIP(ip) ? ip : remote;
  return address === undefined ? null : plainAddress(address);
}

/** An IPv4 address may be written as one of IPv6, such as `::ffff:10.0.0.7` or `::ffff:a00:7` (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  if (!MAPPED.test(address) || isIP(address) !== 6) return address;
  const { address: canonical } = new SocketAddress({ address, family: 'ipv6' });
  return canonical.replace(/^::ffff:(?=\d+\.)/i, '');
}
