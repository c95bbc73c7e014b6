import { Controller, Get, Param, Post, Query, type Type } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { CodePipe } from '../../common/http/code.pipe';
import { Text } from '../../common/http/validation';
import { CacheKey } from './cache-key';
import { Cached } from './cache.decorators';
import { CachedRoute } from './cached-route';

class Filter {
  @IsOptional()
  @IsString()
  status?: string;
}

class Search {
  @Text(100, { optional: true, example: null })
  locality?: string;
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
    // Returns nothing.
  }

  @Get(['things/:thing_id', 'objects/:thing_id'])
  @Cached(new CacheKey('thing:{thing_id}', 'TTL_TRIP'))
  one(): void {
    // Returns nothing.
  }

  @Get('named/:code')
  @Cached(new CacheKey('named:{card_id}:{code}:{locality}', 'TTL_TRIP'))
  named(@Param('code', new CodePipe('station')) _code: string, @Query() _query: Search): void {
    // Returns nothing.
  }

  @Get('unknown/:status')
  @Cached(new CacheKey('thing:{status}:{colour}:{size}', 'TTL_TRIP'))
  unknownParameters(@Query() _query: Page): void {
    // Returns nothing.
  }

  @Get('of-a-day')
  @Cached(new CacheKey('things:of:{cursor}', 'TTL_TRIP'), { today: 'cursor' })
  ofADay(@Query() _query: Page): void {
    // Returns nothing.
  }

  @Get('keyless')
  @Cached(noKey)
  keyless(): void {
    // Returns nothing.
  }

  @Post('posted')
  @Cached(new CacheKey('things:all', 'TTL_TRIP'))
  posted(): void {
    // Returns nothing.
  }
}

function routeOf(name: keyof Things): CachedRoute {
  const { [name]: method } = Things.prototype as unknown as Record<string, () => void>;
  if (!method) throw new Error(`there is no ${name}`);
  const route = CachedRoute.of({ controller: Things as Type, method });
  if (!route) throw new Error(`${name} is not cached`);
  return route;
}

const TODAY = '2026-11-28';

const request = (params: object, query: object = {}): FastifyRequest => ({ params, query }) as FastifyRequest;

const keyOf = (name: keyof Things, asked: FastifyRequest): string | null =>
  routeOf(name).keyFor(asked, () => TODAY);

describe(CachedRoute.name, () => {
  it('takes the key of a request from the controller’s path and the query', () => {
    const route = routeOf('list');

    expect(keyOf('list', request({ card_id: '7' }, { status: 'lost' }))).toBe('card:7:things:lost');
    expect(route.key).toBe(byCard);
    expect(route.mayBeStale).toBe(true);
  });

  it('uses the default of a parameter that a request leaves out', () => {
    expect(keyOf('list', request({ card_id: '7' }))).toBe('card:7:things:active');
  });

  it('takes the key from the handler’s own path', () => {
    expect(keyOf('one', request({ card_id: '7', thing_id: 'a:b' }))).toBe('thing:a%3Ab');
    expect(routeOf('one').mayBeStale).toBe(false);
  });

  it('gives one key to codes and texts that look the same, and to nothing else', () => {
    const key = (params: object, query: object = {}): string | null =>
      keyOf('named', request({ card_id: '7', ...params }, query));

    expect(key({ code: 'E\u0301 ' }, { locality: 'Suba\u00a0' })).toBe('named:7:É:Suba');
    expect(key({ card_id: '7 ', code: 'É' })).toBe('named:7 :É:');
    expect(key({ code: 'É' }, { locality: '\u200b' })).toBeNull();
  });

  it('has no key for a request that asks for something else', () => {
    expect(keyOf('list', request({ card_id: '7' }, { status: 'lost', cursor: 'x' }))).toBeNull();
    expect(keyOf('list', request({ card_id: '7' }, { status: ['lost', 'active'] }))).toBeNull();
  });

  it('has a key for today only, and tells the handler which day that is', () => {
    const anyDay = request({});

    expect(keyOf('ofADay', anyDay)).toBe(`things:of:${TODAY}`);
    expect(anyDay.query).toEqual({ cursor: TODAY });
    expect(keyOf('ofADay', request({}, { cursor: TODAY }))).toBe(`things:of:${TODAY}`);
    for (const cursor of ['2026-11-27', '2026-11-29', '', [TODAY, TODAY]])
      expect(keyOf('ofADay', request({}, { cursor }))).toBeNull();
  });

  it('never takes a parameter of the path from the query', () => {
    expect(keyOf('list', request({ card_id: '7' }, { card_id: '8' }))).toBe('card:7:things:active');
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
