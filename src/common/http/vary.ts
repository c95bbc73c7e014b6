import type { FastifyReply } from 'fastify';

/** Says that the response depends on a header of the request, beside those that were said before. */
export function varyBy(reply: FastifyReply, header: string): void {
  void reply.header('vary', [reply.getHeader('vary') ?? [], header].flat().join(', '));
}
