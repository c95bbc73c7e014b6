import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AlertsModule } from './alerts/alerts.module';
import { ArrivalsModule } from './arrivals/arrivals.module';
import { CacheInterceptor } from './cache/cache.interceptor';
import { CacheOperationsModule } from './cache-operations/cache-operations.module';
import { CacheModule } from './cache/cache.module';
import { CardsModule } from './cards/cards.module';
import { ProblemFilter } from './common/problem/problem.filter';
import { RequestValidationPipe } from './common/request-validation.pipe';
import { AppConfig } from './config/app-config';
import { ConfigModule } from './config/config.module';
import { DatabaseModule } from './database/database.module';
import { HeartbeatInterceptor } from './database/heartbeat.interceptor';
import { DocumentationModule } from './documentation/documentation.module';
import { FinanceModule } from './finance/finance.module';
import { HealthModule } from './health/health.module';
import { NetworkModule } from './network/network.module';
import { RechargePointsModule } from './recharge-points/recharge-points.module';
import { RechargesModule } from './recharges/recharges.module';
import { RoutesModule } from './routes/routes.module';
import { StationsModule } from './stations/stations.module';
import { TripsModule } from './trips/trips.module';
import { UsersModule } from './users/users.module';
import { VehiclesModule } from './vehicles/vehicles.module';

/** Where the service finds its database. */
export interface DatabaseLocation {
  readonly url: string;
}

/** The whole service, and everything that holds for all of it. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig, database: DatabaseLocation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot(config, database.url),
        CacheModule.forRoot(database.url),
        UsersModule,
        CardsModule,
        RechargesModule,
        TripsModule,
        FinanceModule,
        StationsModule,
        RoutesModule,
        ArrivalsModule,
        AlertsModule,
        VehiclesModule,
        NetworkModule,
        RechargePointsModule,
        CacheOperationsModule,
        HealthModule,
        DocumentationModule,
      ],
      providers: [
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: CacheInterceptor },
        // Inside the cache: what is stored needs no database.
        { provide: APP_INTERCEPTOR, useClass: HeartbeatInterceptor },
      ],
    };
  }
}
