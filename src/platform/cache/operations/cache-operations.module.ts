import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CacheController } from './cache.controller';
import { CacheService } from './cache.service';
import { CacheTemplates } from './cache-templates';

/** The operations under `/cache`: they show the cache and clear it. */
@Module({ controllers: [CacheController], imports: [DiscoveryModule], providers: [CacheService, CacheTemplates] })
export class CacheOperationsModule {}
