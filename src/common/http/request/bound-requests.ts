import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { type NestFastifyApplication, RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import {
  type Complaint,
  InvalidValueError,
  MOST_COMPLAINTS,
  UnsupportedMediaTypeError,
} from '../problem/request-errors';
import { bodyFaults } from './body-faults';
import { contentFault, hasBody } from './content-faults';
import { type Handler, handlersOf } from './handlers';
import { parseJsonBodies } from './json-body';
import { type Operation, operationOf } from './operation';
import { requireQuery } from './query-faults';

const WITHOUT_BODY: readonly unknown[] = ['GET', 'HEAD'];

/**
 * Refuses requests that have more than their operation takes. The query is checked before the body is read, the content type
 * before the body is parsed, and the shape before Nest sees the request. It must be called before routes are registered.
 *
 * @param further returns what else belongs to the routes of a handler.
 */
export function boundRequests(
  app: NestFastifyApplication,
  further: (handler: Handler) => FastifyContextConfig,
): void {
  for (const handler of handlersOf(app.get(DiscoveryService, { strict: false }), new MetadataScanner()))
    RouteConfig({ ...further(handler), operation: operationOf(handler) })(handler.method);
  const server = app.getHttpAdapter().getInstance();
  parseJsonBodies(server);
  server.addHook('onRoute', (route) => {
    const operation = route.config?.operation;
    if (operation) bound(route, operation);
  });
}

function bound(route: RouteOptions, operation: Operation): void {
  const { query, bodyLimit } = operation;
  route.bodyLimit = bodyLimit;
  if (query)
    route.onRequest = (request, _reply, done) => {
      requireQuery(request.raw.url ?? '', request.query as Readonly<Record<string, unknown>>, query);
      done();
    };
  if (WITHOUT_BODY.includes(route.method)) return;
  route.preParsing = (request, reply, _payload, done) => {
    requireReadable(request, reply, operation);
    done();
  };
  route.preValidation = ({ body }, _reply, done) => {
    requireShape(body, operation);
    done();
  };
}

/** @throws UnsupportedMediaTypeError */
function requireReadable(
  { raw: { headers } }: FastifyRequest,
  reply: FastifyReply,
  { body }: Operation,
): void {
  if (!hasBody(headers)) {
    // Many clients send the content type of JSON even without a body. If a body is required, Fastify refuses an empty one.
    if (body.required.length === 0) delete headers['content-type'];
    return;
  }
  const fault = contentFault(headers);
  if (fault === null) return;
  // The body was not read, so no other request can follow on this connection.
  void reply.header('connection', 'close').header('accept-encoding', 'identity');
  throw new UnsupportedMediaTypeError(fault);
}

/** @throws InvalidValueError */
function requireShape(body: unknown, operation: Operation): void {
  const faults: Complaint[] = [];
  for (const fault of bodyFaults(body, operation.body)) {
    if (faults.push(fault) === MOST_COMPLAINTS) break;
  }
  if (faults.length > 0) throw new InvalidValueError('The request is not acceptable.', faults);
}
