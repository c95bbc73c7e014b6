import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** What the cache's server counts, and this process: with several, the one that happened to answer. */
  @Get('stats')
  stats(): Promise<CacheStats> {
    return this.cache.stats();
  }

  /** The keys of this service in the cache, by their plain names. */
  @Get('keys')
  @ApiProblems({ 422: 'invalid_value', 503: 'cache_away' })
  keys(@Query() query: KeysQuery): Promise<CachedKeys> {
    return this.cache.keys(query);
  }

  /** Whether the cache works, and how fast; `unhealthy` is 200 too, since the service does without it. */
  @Get('health')
  health(): Promise<CacheHealth> {
    return this.cache.health();
  }

  /**
   * Removes every cached answer of this service, and nothing else.
   *
   * @remarks What is asked for next is read from the database, once, and cached again.
   */
  @Post('clear')
  @HttpCode(200)
  @ApiProblems({ 503: 'cache_away' })
  clear(): Promise<CacheCleared> {
    return this.cache.clear();
  }

  /**
   * Removes one cached answer, by the plain name of its key.
   *
   * @remarks The names are those of `x-cached-as`, with their parameters filled in, such as `card:1:balance`.
   */
  @Delete('key/:key')
  @ApiCode('key', 'card:1:balance')
  @ApiProblems({ 404: 'cache_key_not_found', 503: 'cache_away' })
  remove(@Param('key') key: string): Promise<CacheKeyRemoved> {
    return this.cache.remove(key);
  }

  /** Times one figure read from the database and from the cache, without touching a cached answer. */
  @Get('performance-test')
  @ApiProblems({ 503: 'cache_away, database_away' })
  testPerformance(): Promise<PerformanceTest> {
    return this.cache.testPerformance();
  }
}
