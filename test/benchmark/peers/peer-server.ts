import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, { type FastifyInstance, type RawServerDefault } from 'fastify';
import { createLogger } from '../../../src/common/program/logger';
import { requestIds } from '../../../src/common/http/request-ids';
import { LoggedPaths } from '../../../src/common/http/logged-paths';
import { RequestLog } from '../../../src/common/http/request-log';

/** A bare Fastify that logs a line for each request and gives it an id, as the service does, and nothing more. */
export function createPeer(): FastifyInstance {
  const app = fastify<RawServerDefault, IncomingMessage, ServerResponse>({
    loggerInstance: createLogger('info'),
    logController: new RequestLog(new LoggedPaths()),
    genReqId: requestIds(),
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.get('/health/ready', () => ({ status: 'ready' }));
  return app;
}

/** The headers of the service's answer, without the work behind them. */
export function learntHeaders(): Readonly<Record<string, string>> {
  return JSON.parse(read('PEER_HEADERS')) as Record<string, string>;
}

export async function listen(app: { listen: (where: object) => Promise<string> }): Promise<void> {
  await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
}

/** A variable that the benchmark set. */
export function read(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}
