import { DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { AppConfig } from '../config/app-config';
import { dataSourceOptions } from './data-source';
import { DatabaseReads } from './database-reads';
import { Heartbeat } from './heartbeat';

/** The connection pool, and the check whether the database responds. */
@Global()
@Module({})
export class PostgresModule {
  static forRoot(config: AppConfig, url: string): DynamicModule {
    return {
      module: PostgresModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(config, url),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      providers: [
        { provide: Heartbeat, useFactory: () => new Heartbeat(config.get('DATABASE_SILENCE_MS')) },
        DatabaseReads,
      ],
      exports: [Heartbeat, DatabaseReads],
    };
  }
}
