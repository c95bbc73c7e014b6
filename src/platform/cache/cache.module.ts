import { CacheModule as NestCacheModule, CacheOptions } from '@nestjs/cache-manager';
import { DynamicModule, Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../postgres/heartbeat';
import { CachedRoutes } from './cached-routes';
import { Statistics } from './statistics';
import { EpochKeeper } from './protocol/epoch-keeper';
import { EpochWatch } from './protocol/epoch-watch';
import { Marks } from './protocol/marks';
import { Reader } from './protocol/reader';
import { SyncPoints } from './protocol/sync-points';
import { CacheConnection } from './store/cache-session';
import { openConnection } from './store/open-connection';

/** The connection, before whatever uses it. */
@Global()
@Module({
  providers: [{ provide: CacheConnection, inject: [AppConfig], useFactory: openConnection }],
  exports: [CacheConnection],
})
class CacheConnectionModule {}

/** The cache: its store, and the protocol. */
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
            ({ stores: [connection.plainStore()] }) as unknown as CacheOptions,
        }),
      ],
      providers: [
        CachedRoutes,
        Statistics,
        SyncPoints,
        Marks,
        Reader,
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
      ],
      exports: [CachedRoutes, NestCacheModule, EpochWatch, Marks, Reader, Statistics],
    };
  }
}
