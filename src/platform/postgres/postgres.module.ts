import { DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { AppConfig } from '../config/app-config';
import { dataSourceOptions } from './data-source';
import { Heartbeat } from './heartbeat';
import { leaveOthers, poolOf } from './pool';
import { PooledDataSource } from './pooled-data-source';
import { PrimaryInForce } from './primary-in-force';
import { UnansweredCommits } from './unanswered-commits';

/** The connection pool, and the check whether the database responds. */
@Global()
@Module({})
export class PostgresModule {
  static forRoot(config: AppConfig, url: string): DynamicModule {
    return {
      module: PostgresModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(config, url),
            autoLoadEntities: true,
            retryAttempts: 0,
          }),
          dataSourceFactory,
        }),
      ],
      providers: [
        {
          provide: Heartbeat,
          inject: [DataSource],
          useFactory: (dataSource: DataSource) =>
            new Heartbeat(
              config.get('DATABASE_SILENCE_MS'),
              new PrimaryInForce((incarnation) => leaveOthers(poolOf(dataSource), incarnation)),
            ),
        },
        {
          provide: UnansweredCommits,
          useFactory: () => new UnansweredCommits(config.unansweredCommitsLimit),
        },
      ],
      exports: [Heartbeat, UnansweredCommits],
    };
  }
}

function dataSourceFactory(options?: DataSourceOptions): Promise<PooledDataSource> {
  if (!options) throw new Error('there are no options');
  return Promise.resolve(new PooledDataSource(options));
}
