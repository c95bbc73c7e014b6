import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../access/requires.decorator';
import { ApiCode } from '../../../common/http/api-id.decorator';
import { ApiProblems } from '../../../common/http/api-problems.decorator';
import { NotFoundError } from '../../../common/http/problem/not-found-error';
import { CacheAwayError, DatabaseAwayError } from '../../../common/http/problem/service-errors';
import { WithoutDatabase } from '../../postgres/database-reads';
import { CacheService } from './cache.service';
import { CacheTemplates } from './cache-templates';
import {
  CacheCleared,
  CachedKeys,
  CacheTemplateList,
  CacheHealth,
  CacheKeyRemoved,
  CacheStats,
  PerformanceTest,
} from './dto/cache-responses.dto';
import { KeysQuery } from './dto/cache-queries.dto';

@ApiTags('cache')
@WithoutDatabase()
@Controller('cache')
export class CacheController {
  constructor(
    private readonly cache: CacheService,
    private readonly cacheTemplates: CacheTemplates,
  ) {}

  /**
   * Get the statistics of the cache.
   *
   * @remarks The first figures, from `redis_version` to `total_cache_requests`, are those of the Redis server. The figures
   * from `hits` on are those of the process that answers, since it started; with several processes, each counts for
   * itself. This operation never asks the database.
   */
  @Get('stats')
  @Requires('metrics:read')
  stats(): Promise<CacheStats> {
    return this.cache.stats();
  }

  /**
   * List the cached keys.
   *
   * @remarks It returns the keys of this service in pages. A key is a name in `x-cached-as` with its parameters filled in.
   * The operation scans the keys of the Redis database, and stops counting them after one second. Therefore it is meant
   * for operators, not for programs.
   */
  @Get('keys')
  @Requires('cache:read')
  @ApiProblems(CacheAwayError)
  keys(@Query() query: KeysQuery): Promise<CachedKeys> {
    return this.cache.keys(query);
  }

  /**
   * List the templates of the cache's keys.
   *
   * @remarks It returns for each name in `x-cached-as` which operations are cached so, how long, and which writes evict it. The
   * figures from `hits` on are those of the process that answers, since it started. This operation never asks the database.
   */
  @Get('templates')
  @Requires('cache:read')
  templates(): CacheTemplateList {
    return { templates: this.cacheTemplates.list() };
  }

  /**
   * Check the cache.
   *
   * @remarks It writes, reads and removes a test key, and returns how long that took. The status code is 200 even when the
   * cache is `unhealthy`, because the service works without the cache.
   */
  @Get('health')
  @Requires('cache:read')
  health(): Promise<CacheHealth> {
    return this.cache.health();
  }

  /**
   * Clear the cache.
   *
   * @remarks It removes every cached response of this service, and nothing else from Redis. No data is lost: the next read
   * of each response loads it from the database, and is slower.
   */
  @Post('clear')
  @Requires('cache:write', { noted: 'changed' })
  @HttpCode(200)
  @ApiProblems(CacheAwayError)
  clear(): Promise<CacheCleared> {
    return this.cache.clear();
  }

  /**
   * Remove one cached response.
   *
   * @remarks The key is a name in `x-cached-as` with its parameters filled in, such as `card:1:balance`. The next read loads
   * the response from the database.
   */
  @Delete('key/:key')
  @Requires('cache:write', { noted: 'changed' })
  @ApiCode('key', 'card:1:balance')
  @ApiProblems(NotFoundError.of('cache_key'), CacheAwayError)
  remove(@Param('key') key: string): Promise<CacheKeyRemoved> {
    return this.cache.remove(key);
  }

  /**
   * Compare the speed of the database and the cache.
   *
   * @remarks It reads the number of trips once from the database, and once from the cache under a test key, and returns both
   * times. It does not change any cached response.
   */
  @Get('performance-test')
  @Requires('cache:read')
  @ApiProblems(CacheAwayError, DatabaseAwayError)
  testPerformance(): Promise<PerformanceTest> {
    return this.cache.testPerformance();
  }
}
