import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Logger } from 'pino';
import { toJson } from './common/json';
import { MethodNotAllowedError, StoppingError } from './common/problem/domain-error';
import { refuseMalformedHttp } from './common/problem/malformed-http';
import { sendProblem } from './common/problem/problem.filter';
import { boundRequests } from './common/request/bound-requests';
import { USUAL_BODY_LIMIT } from './common/request/operation';
import { requestIds } from './common/request-ids';
import { RequestLog } from './common/request-log';
import { serveDocumentation } from './documentation/openapi';

/** The name of a cached answer may be long; Fastify's own limit would answer 414. */
const LONGEST_PARAMETER = 1_000;
const API_PREFIX = /^\/api\/v1(?=\/|\?|$)/;
const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The HTTP server: every path works with and without the prefix, and with a trailing slash. */
export function createAdapter(logger: Logger): FastifyAdapter {
  return new FastifyAdapter({
    loggerInstance: logger,
    logController: new RequestLog(),
    bodyLimit: USUAL_BODY_LIMIT,
    genReqId: requestIds(),
    rewriteUrl: ({ url = '/' }) => url.replace(API_PREFIX, '') || '/',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    forceCloseConnections: 'idle',
    // Fastify's own refusal is no problem document; refuseWhileStopping's is.
    return503OnClosing: false,
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseMalformedHttp,
  });
}

/** Everything that the application is, beside its modules. */
export async function configure(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  const allowed = collectMethods(server);
  // What remains is JSON.
  server.removeContentTypeParser('text/plain');
  server.setReplySerializer(toJson);
  server.addHook('onRequest', identify);
  refuseWhileStopping(server);
  boundRequests(app);
  serveDocumentation(app);
  await app.init();
  refuseOtherMethods(server, allowed);
}

function identify(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header('x-request-id', request.id);
  done();
}

/** What is in flight finishes, and its connection with it; what still comes over others is for another instance. */
function refuseWhileStopping(server: FastifyInstance): void {
  let isStopping = false;
  server.addHook('preClose', (done) => {
    isStopping = true;
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (isStopping) sendProblem(new StoppingError(), request, reply);
    else done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping) void reply.header('connection', 'close');
    done();
  });
}

function collectMethods(server: FastifyInstance): Map<string, Set<string>> {
  const allowed = new Map<string, Set<string>>();
  server.addHook('onRoute', ({ url, method }) => {
    const path = url.length > 1 ? url.replace(/\/$/, '') : url;
    const methods = allowed.get(path) ?? new Set();
    [method].flat().forEach((name) => methods.add(name));
    allowed.set(path, methods);
  });
  return allowed;
}

/** Fastify answers 404 for a known path with another method; the standard says 405 (RFC 9110, 15.5.6). */
function refuseOtherMethods(
  server: FastifyInstance,
  allowed: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, methods] of [...allowed]) {
    const others = METHODS.filter((method) => !methods.has(method));
    if (url.includes('*') || others.length === 0) continue;
    const allow = [...methods].sort().join(', ');
    server.route({
      url,
      method: others,
      onRequest: (request: FastifyRequest, reply: FastifyReply) => {
        void reply.header('allow', allow);
        sendProblem(new MethodNotAllowedError(request.method, allow), request, reply);
      },
      handler: () => undefined,
    });
  }
}
