import { DynamicModule, Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AppConfig } from '../config/app-config';
import { ClosedTotals } from '../../modules/maintenance/closed-totals';
import { dataSourceOptions } from './data-source';
import { Heartbeat } from './heartbeat';
import { IdempotencyKeys } from '../writes/idempotency-keys';
import { Maintenance } from '../../modules/maintenance/maintenance';
import { Retention } from '../../modules/maintenance/retention';
import { Writes } from '../writes/writes';

/** The pool, the one way to write, and what keeps both in order. */
@Global()
@Module({})
export class DatabaseModule {
  static forRoot(config: AppConfig, url: string): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          ...dataSourceOptions(config, url),
          autoLoadEntities: true,
          retryAttempts: 0,
        }),
      ],
      providers: [
        Writes,
        IdempotencyKeys,
        ClosedTotals,
        Retention,
        Maintenance,
        { provide: Heartbeat, useFactory: () => new Heartbeat(config.get('DATABASE_SILENCE_MS')) },
      ],
      exports: [Writes, ClosedTotals, Heartbeat],
    };
  }
}
