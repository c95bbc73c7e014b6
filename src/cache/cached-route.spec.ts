import { Controller, Get, Param, Post, Query, type Type } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { CacheKey } from './cache-key';
import { CACHED, Cached, type CachedMetadata } from './cache.decorators';
import { CachedRoute } from './cached-route';

class Filter {
  @IsOptional()
  @IsString()
  status?: string;
}

class Page extends Filter {
  @IsOptional()
  @IsString()
  cursor?: string;
}

const byCard = new CacheKey('card:{card_id}:things:{status}', 'TTL_TRIP', true);
const noKey = undefined as unknown as CacheKey;

@Controller('cards/:card_id')
class Things {
  @Get('things')
  @Cached(byCard, { defaults: { status: 'active' }, mayBeStale: true })
  list(@Param('card_id') _card: string, @Query() _query: Page): void {
    // Answers nothing.
  }

  @Get(['things/:thing_id', 'objects/:thing_id'])
  @Cached(new CacheKey('thing:{thing_id}', 'TTL_TRIP'))
  one(): void {
    // Answers nothing.
  }

  @Get('unknown/:status')
  @Cached(new CacheKey('thing:{status}:{colour}:{size}', 'TTL_TRIP'))
  unknownParameters(@Query() _query: Page): void {
    // Answers nothing.
  }

  @Get('keyless')
  @Cached(noKey)
  keyless(): void {
    // Answers nothing.
  }

  @Post('posted')
  @Cached(new CacheKey('things:all', 'TTL_TRIP'))
  posted(): void {
    // Answers nothing.
  }
}

function routeOf(name: keyof Things): CachedRoute {
  const { [name]: method } = Things.prototype as unknown as Record<string, () => void>;
  if (!method) throw new Error(`there is no ${name}`);
  const metadata = Reflect.getMetadata(CACHED, method) as CachedMetadata;
  return new CachedRoute(metadata, { controller: Things as Type, method });
}

const request = (params: object, query: object = {}): FastifyRequest => ({ params, query }) as FastifyRequest;

describe(CachedRoute.name, () => {
  it('takes the key of a request from the controller’s path and the query', () => {
    const route = routeOf('list');

    expect(route.keyOf(request({ card_id: '7' }, { status: 'lost' }))).toBe('card:7:things:lost');
    expect(route.key).toBe(byCard);
    expect(route.mayBeStale).toBe(true);
  });

  it('has a value for what a caller left out', () => {
    expect(routeOf('list').keyOf(request({ card_id: '7' }))).toBe('card:7:things:active');
  });

  it('takes the key from the handler’s own path', () => {
    expect(routeOf('one').keyOf(request({ card_id: '7', thing_id: 'a:b' }))).toBe('thing:a%3Ab');
    expect(routeOf('one').mayBeStale).toBe(false);
  });

  it('has no key for a request that asks for more', () => {
    const route = routeOf('list');

    expect(route.keyOf(request({ card_id: '7' }, { status: 'lost', cursor: 'x' }))).toBeNull();
    expect(route.keyOf(request({ card_id: '7' }, { status: ['lost', 'active'] }))).toBeNull();
  });

  it('lets no query take the place of the path', () => {
    expect(routeOf('list').keyOf(request({ card_id: '7' }, { card_id: '8' }))).toBe('card:7:things:active');
  });

  it.each<[keyof Things, string]>([
    ['keyless', 'Things.keyless is cached without a key'],
    ['posted', 'Things.posted is cached, but is not a GET'],
    [
      'unknownParameters',
      'Things.unknownParameters is cached as thing:{status}:{colour}:{size}, but has no parameter colour, size',
    ],
  ])('refuses %s when the service starts', (name, complaint) => {
    expect(() => routeOf(name)).toThrow(complaint);
  });
});
