import { createClient } from '@redis/client';
import { createPeer, learntHeaders, listen, read } from './peer-server';

const NAME = 'benchmark:answer';

/** Sends what one GET of Redis brings. */
async function main(): Promise<void> {
  const app = createPeer();
  const headers = learntHeaders();
  const redis = createClient({ url: read('REDIS_URL') });
  await redis.connect();
  await redis.set(NAME, read('PEER_BODY'));
  app.get(read('PEER_ROUTE'), async (_request, reply) => {
    const body = await redis.get(NAME);
    return reply.headers(headers).send(body);
  });
  await listen(app);
}

void main();
