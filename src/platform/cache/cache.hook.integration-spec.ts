import { Controller, Get, Param, type Type } from '@nestjs/common';
import fastify, { type FastifyInstance } from 'fastify';
import { afterFile } from '../../../test/setup/after-test';
import { bodyOf, CacheInstance } from '../../../test/setup/cache-instance';
import { createDatabase } from '../../../test/setup/database';
import { until } from '../../../test/setup/until';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { CacheHook } from './cache.hook';
import { CacheKey } from './cache-key';
import { Cached } from './cache.decorators';
import { CachedRoute } from './cached-route';

@Controller('facts')
class Facts {
  @Get(':name')
  @Cached(new CacheKey('{name}', 'TTL_TRIP'))
  one(@Param('name') _name: string): void {
    // Returns nothing.
  }
}

let instance: CacheInstance;
let app: FastifyInstance;
/** How often the handler was called, which stands for all of Nest. */
let handled = 0;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  instance = await CacheInstance.open({ databaseUrl: database.url });
  afterFile(() => instance.close());
  await instance.isTrusting();

  app = fastify();
  afterFile(() => app.close());
  const { reader, statistics } = instance;
  new CacheHook(reader, statistics, new ServiceCalendar('America/Bogota'), new Clock()).serve(app);
  const { one } = Facts.prototype as unknown as Record<string, () => void>;
  if (!one) throw new Error('there is no handler');
  const config = { cached: CachedRoute.of({ controller: Facts as Type, method: one }) };
  app.get<{ Params: { name: string } }>('/facts/:name', { config }, async ({ lookup }) => {
    handled += 1;
    if (!lookup) return 'not cached';
    const { stored, source } = await instance.continue(lookup);
    return `${source} ${bodyOf(stored.response)}`;
  });
});

async function get(path: string, method: 'GET' | 'HEAD' = 'GET'): Promise<[body: string, handled: number]> {
  const before = handled;
  const { body, headers } = await app.inject({ method, url: path });
  const source = headers['x-cache'];
  return [typeof source === 'string' ? `${source} ${body}` : body, handled - before];
}

describe(CacheHook.name, () => {
  it('answers a hit itself, and leaves everything else to the handler', async () => {
    await instance.raise('a');

    expect(await get('/facts/a')).toEqual(['MISS 1', 1]);
    await until('it is stored', async () => (await get('/facts/a'))[1] === 0);
    expect(await get('/facts/a')).toEqual(['HIT 1', 0]);
    expect(await get('/facts/a', 'HEAD')).toEqual(['HIT ', 0]);
    expect(await get('/facts/a?other=1')).toEqual(['not cached', 1]);
    await instance.raise('a');
    expect(await get('/facts/a')).toEqual(['MISS 2', 1]);
  });

  it('asks the store once for what the handler then loads', async () => {
    const { session } = instance.connection;
    if (!session) throw new Error('there is no session');
    const gets = jest.spyOn(session, 'get');

    expect(await get('/facts/c')).toEqual(['MISS 0', 1]);
    expect(gets).toHaveBeenCalledTimes(1);
  });

  it('answers nothing from a cache that is not trusted', async () => {
    await until('it is stored', async () => (await get('/facts/b'))[1] === 0);
    const trust = jest.spyOn(instance.watch, 'trust').mockReturnValue(null);

    expect(await get('/facts/b')).toEqual(['BYPASS 0', 1]);
    trust.mockRestore();
    expect(await get('/facts/b')).toEqual(['HIT 0', 0]);
  });
});
