import { Module } from '@nestjs/common';
import { CacheController } from './cache.controller';
import { CacheService } from './cache.service';

/** The operations under `/cache`: they show the cache and clear it. */
@Module({ controllers: [CacheController], providers: [CacheService] })
export class CacheOperationsModule {}
