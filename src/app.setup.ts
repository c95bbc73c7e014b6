import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Connections } from './common/http/connections';
import { allowOrigins } from './common/http/cors';
import { refuseWhileLate } from './common/http/event-loop';
import { leadPeople } from './common/http/lead-people';
import { refuseUnknown } from './common/http/known-paths';
import { takeAddresses } from './common/http/request-address';
import { refuseBadHeads } from './common/http/request-head';
import { routed } from './common/http/request-target';
import { toJson } from './common/http/json';
import { sendProblem } from './common/http/problem/problem.filter';
import { boundRequests } from './common/http/request/bound-requests';
import { USUAL_BODY_LIMIT } from './common/http/request/operation';
import { requestIds } from './common/http/request-ids';
import { leaveInOrder } from './common/http/leave-in-order';
import { LoggedPaths } from './common/http/logged-paths';
import { RequestDurations } from './common/http/request-durations';
import { RequestLog } from './common/http/request-log';
import { SECURITY_HEADERS } from './common/http/security-headers';
import { RefusalCounts } from './modules/activity/refusal-counts';
import { AccessGate } from './platform/access/access-gate';
import { accessPolicyOf } from './platform/access/access-policy';
import { RequestLimits } from './platform/access/limits/request-limits';
import { AccessJournal } from './platform/audit/access-journal';
import { CacheHook } from './platform/cache/cache.hook';
import { CachedRoute } from './platform/cache/cached-route';
import { Reads } from './platform/cache/reads';
import { isCompressed } from './platform/cache/compressed.decorator';
import { serveCompressed } from './platform/cache/compressed-responses';
import { AppConfig } from './platform/config/app-config';
import { serveDocumentation } from './platform/documentation/openapi';
import { Readiness } from './platform/health/readiness';
import { readsDatabase } from './platform/postgres/database-reads';

/** The limit of all headers: a text that is too long for an id is answered 404, where Fastify's own limit would answer 414. */
const LONGEST_PARAMETER = 16 * 1024;

/** It is there when the console was built. */
const CONSOLE = join(__dirname, 'console', 'index.html');

/**
 * The HTTP server: every path works with and without the prefix, and with a trailing slash.
 *
 * @param durations counts its requests.
 */
export function createAdapter(
  logger: Logger,
  config: AppConfig,
  durations = new RequestDurations(),
): FastifyAdapter {
  const newId = requestIds();
  const connections = new Connections(logger, newId, durations);
  const paths = new LoggedPaths();
  const log = new RequestLog(paths);
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: log,
    bodyLimit: USUAL_BODY_LIMIT,
    genReqId: newId,
    trustProxy: config.list('TRUSTED_PROXIES').length > 0 && [...config.list('TRUSTED_PROXIES')],
    rewriteUrl: ({ url = '/' }) => routed(url),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    ...timeoutsOf(config),
    forceCloseConnections: 'idle',
    // Fastify's own refusal is no problem document; refuseWhileStopping's is.
    return503OnClosing: false,
    frameworkErrors: refuseUnroutable(log, durations),
    clientErrorHandler: (error, socket) => connections.close(error, socket),
  });
  const server = adapter.getInstance<FastifyInstance>();
  paths.learn(server);
  durations.watch(server);
  takeAddresses(server);
  server.addHook('onRequest', identify);
  connections.watch(server);
  refuseBadHeads(server);
  refuseWhileLate(server, config.get('OVERLOAD_EVENT_LOOP_DELAY_MS'));
  return adapter;
}

/** The time limits of connections, in milliseconds. */
function timeoutsOf(config: AppConfig): FastifyHttpOptions<Server> {
  const requestTimeout = config.get('HTTP_REQUEST_TIMEOUT_MS');
  return {
    requestTimeout,
    keepAliveTimeout: config.get('HTTP_KEEP_ALIVE_TIMEOUT_MS'),
    connectionTimeout: config.get('HTTP_SILENCE_TIMEOUT_MS'),
    http: {
      requestTimeout,
      // Node.js refuses one that is longer than that of the whole request.
      headersTimeout: Math.min(config.get('HTTP_HEADERS_TIMEOUT_MS'), requestTimeout),
      connectionsCheckingInterval: config.get('HTTP_CHECK_INTERVAL_MS'),
      // Node.js would refuse a request without a host in words of its own; refuseBadHeads does.
      requireHostHeader: false,
    },
  };
}

/** Everything that the application is, beside its modules. */
export async function configure(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  // Only JSON is accepted.
  server.removeContentTypeParser('text/plain');
  server.setReplySerializer(toJson);
  const readiness = app.get(Readiness);
  leaveInOrder(server, () => readiness.isLeaving);
  const gate = app.get(AccessGate);
  gate.receive(server, app.get(AccessJournal));
  allowOrigins(server, app.get(AppConfig).list('CORS_ORIGINS'));
  if (existsSync(CONSOLE)) leadPeople(server);
  refuseUnknown(server, LONGEST_PARAMETER, gate.beforeNaming);
  boundRequests(app, (handler) => ({
    access: accessPolicyOf(handler) ?? undefined,
    cached: CachedRoute.of(handler),
    read: readsDatabase(handler) ? handler : undefined,
    isCompressed: isCompressed(handler),
  }));
  serveCompressed(server);
  app.get(RefusalCounts).watch(server);
  app.get(RequestLimits).guard(server);
  gate.guard(server);
  app.get(CacheHook).serve(server);
  app.get(Reads).serve(server);
  serveDocumentation(app);
  await app.init();
}

function identify(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  void reply.header('x-request-id', request.id).headers(SECURITY_HEADERS);
  done();
}

/** A path that cannot be decoded reaches no hook and no log line, so both are done here. */
const refuseUnroutable =
  (log: RequestLog, durations: RequestDurations) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    reply.raw.once('finish', () => {
      durations.observeUnrouted(request, reply);
      log.answered(request, reply);
    });
    identify(request, reply, () => sendProblem(error, request, reply));
  };
