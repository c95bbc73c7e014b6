import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { malformedHttp, refuseMalformedHttp, type ConnectionError } from './problem/malformed-http';
import { sendProblem } from './problem/problem.filter';
import type { RequestDurations } from './request-durations';

/** A request whose head was read, and the reply to it. */
interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const EXCHANGES = Symbol('exchanges');
const ENDS = Symbol('ends');

/** A connection, and the exchanges on it. They are with it, because each request would search a WeakMap for them. */
interface Watched extends Socket {
  [EXCHANGES]?: Exchange[];
  /** A response that was begun closes it. */
  [ENDS]?: true;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Its operation has begun: it may already have changed something. */
    hasBegun: boolean;
  }
}

/**
 * Knows the requests of each connection that have no response yet. When a connection can no longer be read, those requests
 * get their responses before a refusal is sent: the caller of a recharge that was committed would take the refusal for its
 * response.
 */
export class Connections {
  private readonly closing = new WeakSet<Socket>();

  /** @param newId makes the request id of a refusal when what was sent could not be read as a request. */
  constructor(
    private readonly logger: Logger,
    private readonly newId: () => string,
    private readonly durations: RequestDurations,
  ) {}

  /** Records every request, and when its operation begins. */
  watch(server: FastifyInstance): void {
    server.decorateRequest('hasBegun', false);
    server.addHook('onRequest', (request, reply, done) => {
      const socket: Watched = request.raw.socket;
      const exchanges = (socket[EXCHANGES] ??= []);
      const [first] = exchanges;
      if (first && exchanges.length === 1 && isAnswered(first)) {
        // Most requests come when the one before has its response: its place is taken, which moves nothing.
        exchanges[0] = { request, reply };
      } else {
        // Responses leave in the order of their requests.
        while (exchanges[0] && isAnswered(exchanges[0])) exchanges.shift();
        exchanges.push({ request, reply });
      }
      done();
    });
    server.addHook('preValidation', (request, _reply, done) => {
      request.hasBegun = true;
      done();
    });
  }

  /**
   * Closes a connection that can no longer be read. A request that has not come completely is refused. A request whose
   * operation may have begun gets its response first. If no request is open, the bytes that came are refused themselves.
   */
  close(error: ConnectionError, socket: Socket): void {
    if (this.closing.has(socket)) return;
    this.closing.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy(error);

    const exchanges = (socket as Watched)[EXCHANGES] ?? [];
    const last = exchanges.at(-1);
    const unanswered = exchanges.findLast((exchange) => !isAnswered(exchange));
    if (unanswered) {
      if (this.isUnread(unanswered)) refuse(error, unanswered);
      closeAfter(unanswered, socket);
    } else if (last && !last.request.raw.complete) {
      // The request already has its response, and the bytes that cannot be read still belong to that request.
      socket.destroy(error);
    } else {
      const { status, code } = refuseMalformedHttp(error, socket, this.logger, this.newId());
      this.durations.observeMalformed(status, code);
    }
  }

  private isUnread({ request }: Exchange): boolean {
    return !request.raw.complete && !request.hasBegun;
  }
}

/** Whether no request came behind this one on its connection. */
export function answersLast({ raw }: FastifyRequest): boolean {
  return (raw.socket as Watched)[EXCHANGES]?.at(-1)?.request.raw === raw;
}

/** Notes that no response follows that to this request, on its connection. */
export function endAfterResponse({ raw }: FastifyRequest): void {
  (raw.socket as Watched)[ENDS] = true;
}

/** Whether the connection ends with a response to a request before this one. */
export function isEnding({ raw }: FastifyRequest): boolean {
  return (raw.socket as Watched)[ENDS] === true;
}

function isAnswered({ reply }: Exchange): boolean {
  return reply.raw.writableFinished;
}

/** The operation does not begin after this, because Fastify first checks whether a response was sent. */
function refuse(error: ConnectionError, { request, reply }: Exchange): void {
  void reply.header('connection', 'close');
  sendProblem(malformedHttp(error), request, reply);
}

function closeAfter({ reply }: Exchange, socket: Socket): void {
  if (reply.raw.writableFinished) return socket.destroySoon();
  if (!reply.raw.headersSent) void reply.header('connection', 'close');
  reply.raw.once('close', () => socket.destroySoon());
}
