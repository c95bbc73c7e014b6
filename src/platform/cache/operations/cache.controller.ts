import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../access/requires.decorator';
import { ApiCode } from '../../../common/http/api-id.decorator';
import { ApiProblems } from '../../../common/http/api-problems.decorator';
import { WithoutDatabase } from '../../postgres/heartbeat.interceptor';
import { CacheService } from './cache.service';
import {
  CacheCleared,
  CachedKeys,
  CacheHealth,
  CacheKeyRemoved,
  CacheStats,
  PerformanceTest,
} from './dto/cache-answers.dto';
import { KeysQuery } from './dto/cache-queries.dto';

@ApiTags('cache')
@WithoutDatabase()
@Controller('cache')
export class CacheController {
  constructor(private readonly cache: CacheService) {}

  /**
   * Get the statistics of the cache.
   *
   * @remarks The first figures are those of the Redis server. From `hits` on they are those of the process that
   * answered, since it started; with several processes each counts its own. It never asks the database.
   */
  @Get('stats')
  @Requires('metrics:read')
  stats(): Promise<CacheStats> {
    return this.cache.stats();
  }

  /**
   * List the cached keys.
   *
   * @remarks It returns the keys of this service in pages, by the names in `x-cached-as` with their parameters
   * filled in. It walks through the keys of the Redis database and stops counting after a second, so it is for
   * operators, not for programs.
   */
  @Get('keys')
  @Requires('cache:read')
  @ApiProblems({ 422: 'invalid_value', 503: 'cache_away' })
  keys(@Query() query: KeysQuery): Promise<CachedKeys> {
    return this.cache.keys(query);
  }

  /**
   * Check the cache.
   *
   * @remarks It writes, reads and removes a key of its own, and returns the times. The status of the response
   * is 200 even when the cache is `unhealthy`, because the service works without it.
   */
  @Get('health')
  @Requires('cache:read')
  health(): Promise<CacheHealth> {
    return this.cache.health();
  }

  /**
   * Clear the cache.
   *
   * @remarks It removes every cached answer of this service, and nothing else from Redis. No data is lost: the
   * next read of each answer loads it from the database, and is slower.
   */
  @Post('clear')
  @Requires('cache:write')
  @HttpCode(200)
  @ApiProblems({ 503: 'cache_away' })
  clear(): Promise<CacheCleared> {
    return this.cache.clear();
  }

  /**
   * Remove one cached answer.
   *
   * @remarks The key is a name in `x-cached-as` with its parameters filled in, such as `card:1:balance`. The
   * next read loads the answer from the database.
   */
  @Delete('key/:key')
  @Requires('cache:write')
  @ApiCode('key', 'card:1:balance')
  @ApiProblems({ 404: 'cache_key_not_found', 503: 'cache_away' })
  remove(@Param('key') key: string): Promise<CacheKeyRemoved> {
    return this.cache.remove(key);
  }

  /**
   * Compare the speed of the database and the cache.
   *
   * @remarks It reads the number of users from the database and, under a key of its own, from the cache, once
   * each, and returns both times. No cached answer is touched.
   */
  @Get('performance-test')
  @Requires('cache:read')
  @ApiProblems({ 503: 'cache_away, database_away' })
  testPerformance(): Promise<PerformanceTest> {
    return this.cache.testPerformance();
  }
}
