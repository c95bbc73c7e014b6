import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { malformedHttp, refuseMalformedHttp, type ConnectionError } from './problem/malformed-http';
import { sendProblem } from './problem/problem.filter';

/** A request whose head was read, and the reply to it. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * What was asked on each connection and is not answered yet, so that a connection that can't be read any further closes
 * without a word that its caller would take for the answer: a recharge may have been committed.
 */
export class Connections {
  private readonly exchanges = new WeakMap<Socket, readonly Exchange[]>();
  /** Requests that were read as far as their operation needs it: from now on they may change something. */
  private readonly begun = new WeakSet<FastifyRequest>();
  private readonly closing = new WeakSet<Socket>();

  /** @param newId makes the id of a refusal that belongs to no request. */
  constructor(
    private readonly logger: Logger,
    private readonly newId: () => string,
  ) {}

  /** Hears of every request, and of its beginning. */
  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (request, reply, done) => {
      const { socket } = request.raw;
      const earlier = (this.exchanges.get(socket) ?? []).filter(isUnanswered);
      this.exchanges.set(socket, [...earlier, { request, reply }]);
      done();
    });
    server.addHook('preValidation', (request, _reply, done) => {
      this.begun.add(request);
      done();
    });
  }

  /**
   * Closes a connection that can't be read any further. A request of which not everything has come is refused; one that
   * may have begun gets its answer first; and only where nothing was asked is what came refused for itself.
   */
  close(error: ConnectionError, socket: Socket): void {
    if (this.closing.has(socket)) return;
    this.closing.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);

    const exchanges = this.exchanges.get(socket) ?? [];
    const last = exchanges.at(-1);
    const unanswered = exchanges.filter(isUnanswered).at(-1);
    if (unanswered) {
      if (this.isUnread(unanswered)) refuse(error, unanswered);
      closeAfter(unanswered, socket);
    } else if (last && !last.request.raw.complete) {
      // It has its answer, and what can't be read still belongs to it.
      socket.destroy(error);
    } else {
      refuseMalformedHttp(error, socket, this.logger, this.newId());
    }
  }

  private isUnread({ request }: Exchange): boolean {
    return !request.raw.complete && !this.begun.has(request);
  }
}

function isUnanswered({ reply }: Exchange): boolean {
  return !reply.raw.writableFinished;
}

/** Its operation does not begin any more: Fastify looks whether a request was answered. */
function refuse(error: ConnectionError, { request, reply }: Exchange): void {
  void reply.header('connection', 'close');
  sendProblem(malformedHttp(error), request, reply);
}

function closeAfter({ reply }: Exchange, socket: Socket): void {
  if (reply.raw.writableFinished) return socket.destroySoon();
  if (!reply.raw.headersSent) void reply.header('connection', 'close');
  reply.raw.once('close', () => socket.destroySoon());
}
