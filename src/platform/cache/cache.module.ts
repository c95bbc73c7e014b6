import { CacheModule as NestCacheModule, CacheOptions } from '@nestjs/cache-manager';
import { DynamicModule, Global, Module } from '@nestjs/common';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../postgres/heartbeat';
import { CacheStatistics } from './cache-statistics';
import { HandlerCalls } from '../../common/http/request/handler-calls';
import { CacheHook } from './cache.hook';
import { EpochKeeper } from './protocol/epoch-keeper';
import { EpochWatch } from './protocol/epoch-watch';
import { HitSampler } from './protocol/hit-sampler';
import { Leases } from './protocol/lease';
import { Marks } from './protocol/marks';
import { Reader } from './protocol/reader';
import { Reads } from './reads';
import { SyncPoints } from './protocol/sync-points';
import { CacheConnection } from './store/cache-session';
import { openConnection } from './store/open-connection';

/** A module of its own, because the options of Nest's CacheModule need the connection. */
@Global()
@Module({
  providers: [{ provide: CacheConnection, inject: [AppConfig], useFactory: openConnection }],
  exports: [CacheConnection],
})
class CacheConnectionModule {}

/** The cache: its store, its protocol, and what `@Cached` needs. */
@Global()
@Module({})
export class CacheModule {
  static forRoot(databaseUrl: string): DynamicModule {
    return {
      module: CacheModule,
      imports: [
        CacheConnectionModule,
        NestCacheModule.registerAsync({
          inject: [CacheConnection],
          // It is the same Keyv class, but TypeScript distinguishes its CommonJS and its ES module types.
          useFactory: (connection: CacheConnection) =>
            ({ stores: [connection.plainStore()] }) as unknown as CacheOptions,
        }),
      ],
      providers: [
        CacheHook,
        HandlerCalls,
        CacheStatistics,
        SyncPoints,
        Marks,
        Leases,
        HitSampler,
        Reader,
        Reads,
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
      exports: [NestCacheModule, EpochWatch, EpochKeeper, Marks, Reader, CacheStatistics],
    };
  }
}
