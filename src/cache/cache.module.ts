import { CACHE_MANAGER, CacheModule as NestCacheModule, CacheOptions } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import type { Cache } from 'cache-manager';
import { AppConfig } from '../config/app-config';
import { CacheBackend } from './cache-backend';
import { CacheController } from './cache.controller';
import { CacheService } from './cache.service';
import { CacheStatistics } from './cache-statistics';
import { CacheStore } from './cache-store';

@Global()
@Module({
  providers: [
    {
      provide: CacheBackend,
      inject: [AppConfig],
      useFactory: (config: AppConfig) => CacheBackend.open(config),
    },
  ],
  exports: [CacheBackend],
})
class CacheBackendModule {}

/** The cache: its store, and the operations that show and clear it. */
@Global()
@Module({
  imports: [
    CacheBackendModule,
    NestCacheModule.registerAsync({
      inject: [CacheBackend],
      // The same Keyv, which TypeScript takes for another in a package that is an ES module.
      useFactory: (backend: CacheBackend) => ({ stores: [backend.keyv] }) as unknown as CacheOptions,
    }),
  ],
  controllers: [CacheController],
  providers: [
    CacheService,
    CacheStatistics,
    {
      provide: CacheStore,
      inject: [CacheBackend, CACHE_MANAGER],
      useFactory: (backend: CacheBackend, cache: Cache) => backend.storeOver(cache),
    },
  ],
  exports: [CacheStore, CacheStatistics],
})
export class CacheModule {}
