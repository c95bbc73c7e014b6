import { CacheModule as NestCacheModule, CacheOptions } from '@nestjs/cache-manager';
import { DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../database/heartbeat';
import { CachedRoutes } from './cached-routes';
import { CacheController } from './operations/cache.controller';
import { CacheService } from './operations/cache.service';
import { Statistics } from './operations/statistics';
import { EpochKeeper } from './protocol/epoch-keeper';
import { EpochWatch } from './protocol/epoch-watch';
import { Marks } from './protocol/marks';
import { Reader } from './protocol/reader';
import { SyncPoints } from './protocol/sync-points';
import { CacheConnection } from './store/cache-session';
import { keyvOver, openConnection } from './store/open-connection';

/** The connection, before whatever uses it. */
@Global()
@Module({
  providers: [{ provide: CacheConnection, inject: [AppConfig], useFactory: openConnection }],
  exports: [CacheConnection],
})
class CacheConnectionModule {}

/** The cache: its store, the protocol, and the operations that show and clear it. */
@Global()
@Module({})
export class CacheModule {
  static forRoot(databaseUrl: string): DynamicModule {
    return {
      module: CacheModule,
      imports: [
        CacheConnectionModule,
        DiscoveryModule,
        NestCacheModule.registerAsync({
          inject: [CacheConnection],
          // The same Keyv, which TypeScript takes for another in a package that is an ES module.
          useFactory: (connection: CacheConnection) =>
            ({ stores: [keyvOver(connection)] }) as unknown as CacheOptions,
        }),
      ],
      controllers: [CacheController],
      providers: [
        CacheService,
        CachedRoutes,
        Statistics,
        SyncPoints,
        {
          provide: EpochWatch,
          inject: [CacheConnection, Heartbeat],
          useFactory: (connection: CacheConnection, heartbeat: Heartbeat) =>
            new EpochWatch(databaseUrl, connection, heartbeat),
        },
        {
          provide: EpochKeeper,
          inject: [CacheConnection, EpochWatch],
          useFactory: (connection: CacheConnection, watch: EpochWatch) =>
            new EpochKeeper(databaseUrl, connection, watch),
        },
        {
          provide: Marks,
          inject: [CacheConnection, EpochWatch, EpochKeeper, DataSource, Statistics, SyncPoints, AppConfig],
          useFactory: (
            connection: CacheConnection,
            watch: EpochWatch,
            keeper: EpochKeeper,
            dataSource: DataSource,
            statistics: Statistics,
            sync: SyncPoints,
            config: AppConfig,
          ) =>
            new Marks(
              connection,
              watch,
              keeper,
              dataSource,
              statistics,
              sync,
              config.get('REDIS_TIMEOUT_MS'),
            ),
        },
        {
          provide: Reader,
          inject: [EpochWatch, Marks, Statistics, SyncPoints, AppConfig],
          useFactory: (
            watch: EpochWatch,
            marks: Marks,
            statistics: Statistics,
            sync: SyncPoints,
            config: AppConfig,
          ) => new Reader(watch, marks, statistics, sync, config.get('CACHE_SAMPLE_ONE_IN')),
        },
      ],
      exports: [CachedRoutes, NestCacheModule, EpochWatch, Marks, Reader, Statistics],
    };
  }
}
