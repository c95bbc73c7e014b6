import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ExpectationFailedError, InvalidHostError } from './problem/request-errors';
import { sendProblem } from './problem/problem.filter';

const HOST_NAME = 'host';
/** A host as RFC 3986, 3.2.2 allows it, or none, and perhaps a port. */
const HOST = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;

/**
 * Refuses bad heads of requests with problem documents: no host or several hosts (RFC 9112, 3.2), an expectation (RFC 9110,
 * 10.1.1), CONNECT. Node.js would refuse them with texts of its own, or close the connection. So the server must be created
 * with `requireHostHeader: false`.
 */
export function refuseBadHeads(server: FastifyInstance): void {
  const { server: http } = server;
  // Node.js drops headers above its maximum count without an error. The size of all headers is still bounded.
  http.maxHeadersCount = 0;
  const unmet = new WeakSet<IncomingMessage>();
  http.on('checkExpectation', (request, response) => {
    unmet.add(request);
    http.emit('request', request, response);
  });
  http.on('connect', (request, socket) =>
    http.emit('request', request, responseTo(request, socket as Socket)),
  );
  server.addHook('onRequest', (request, reply, done) => {
    if (!hasOneHost(request.raw)) return sendProblem(new InvalidHostError(), request, reply);
    if (!unmet.has(request.raw)) return done();
    // The client may send the body all the same, and the server cannot know whether it will.
    void reply.header('connection', 'close');
    sendProblem(new ExpectationFailedError(), request, reply);
  });
}

function hasOneHost({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // The length is compared first, because it is cheap and most names differ in it.
    if (name.length === HOST_NAME.length && name.toLowerCase() === HOST_NAME) hosts += 1;
  }
  if (hosts === 0) return httpVersion === '1.0';
  return hosts === 1 && HOST.test(headers.host ?? '');
}

/** For CONNECT, Node.js gives only the connection. The service makes no tunnels, so it needs a response to refuse with. */
function responseTo(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  socket.on('error', () => socket.destroy());
  response.once('finish', () => socket.end());
  response.assignSocket(socket);
  return response;
}
