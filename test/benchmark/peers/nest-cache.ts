import 'reflect-metadata';
import { CacheInterceptor, CacheModule, type CacheOptions } from '@nestjs/cache-manager';
import { Controller, Get, Module, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { redisStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { createLogger } from '../../../src/common/program/logger';
import { requestIds } from '../../../src/common/http/request-ids';
import { LoggedPaths } from '../../../src/common/http/logged-paths';
import { RequestLog } from '../../../src/common/http/request-log';
import { learntHeaders, listen, read } from './peer-server';

const TIME_TO_LIVE = 300_000;
const BODY: unknown = JSON.parse(read('PEER_BODY'));

@Controller()
class Answers {
  @Get(read('PEER_ROUTE'))
  @UseInterceptors(CacheInterceptor)
  answer(): unknown {
    return BODY;
  }

  @Get('health/ready')
  ready(): object {
    return { status: 'ready' };
  }
}

/** The store of the named package, behind the Keyv that cache-manager asks for; it serializes once, not twice. */
async function openStore(): Promise<CacheOptions> {
  const redis = await redisStore({ url: read('REDIS_URL') });
  const keyv = new Keyv({
    store: {
      get: (key: string) => redis.get(key),
      set: (key: string, value: unknown, ttl?: number) => redis.set(key, value, ttl),
      delete: (key: string) => redis.del(key),
      clear: () => redis.reset(),
    },
    serialize: undefined,
    deserialize: undefined,
    useKeyPrefix: false,
  });
  return { stores: [keyv], ttl: TIME_TO_LIVE } as unknown as CacheOptions;
}

@Module({ imports: [CacheModule.registerAsync({ useFactory: openStore })], controllers: [Answers] })
class PeerModule {}

/** Nest as it comes, with its own cache and the same log. */
async function main(): Promise<void> {
  const adapter = new FastifyAdapter({
    loggerInstance: createLogger('info'),
    logController: new RequestLog(new LoggedPaths()),
    genReqId: requestIds(),
  });
  const app = await NestFactory.create<NestFastifyApplication>(PeerModule, adapter, { logger: false });
  const server = app.getHttpAdapter().getInstance();
  // The interceptor says itself whether it was a hit.
  const { 'x-cache': _, ...headers } = learntHeaders();
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id).headers(headers);
    done();
  });
  await app.init();
  await listen(server);
}

void main();
