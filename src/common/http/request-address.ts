import { isIP, type Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

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
  if (ip !== undefined && isIP(ip)) return ip;
  return socket?.remoteAddress ?? null;
}
