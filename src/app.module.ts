import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { AccessKeysModule } from './modules/access-keys/access-keys.module';
import { ActivityModule } from './modules/activity/activity.module';
import { AccessModule } from './platform/access/access.module';
import { AlertsModule } from './modules/alerts/alerts.module';
import { ArrivalsModule } from './modules/arrivals/arrivals.module';
import { AuditModule } from './platform/audit/audit.module';
import { CacheOperationsModule } from './platform/cache/operations/cache-operations.module';
import { CacheModule } from './platform/cache/cache.module';
import { AuditTrailModule } from './modules/audit/audit-trail.module';
import { CardsModule } from './modules/cards/cards.module';
import { ProblemFilter } from './common/http/problem/problem.filter';
import { RequestDurations } from './common/http/request-durations';
import { RequestValidationPipe } from './common/http/request-validation.pipe';
import { AppConfig } from './platform/config/app-config';
import { ConfigModule } from './platform/config/config.module';
import { PostgresModule } from './platform/postgres/postgres.module';
import { WritesModule } from './platform/writes/writes.module';
import { ConsoleModule } from './platform/console/console.module';
import { InstancesModule } from './modules/instances/instances.module';
import { MaintenanceModule } from './modules/maintenance/maintenance.module';
import { DocumentationModule } from './platform/documentation/documentation.module';
import { FinanceModule } from './modules/finance/finance.module';
import { HealthModule } from './platform/health/health.module';
import { MetricsModule } from './platform/metrics/metrics.module';
import { ServiceMetricsModule } from './modules/metrics/service-metrics.module';
import { NetworkModule } from './modules/network/network.module';
import { PersonalDataModule } from './modules/personal-data/personal-data.module';
import { ProofsModule } from './modules/proofs/proofs.module';
import { RechargePointsModule } from './modules/recharge-points/recharge-points.module';
import { HotlistModule } from './modules/hotlist/hotlist.module';
import { RechargesModule } from './modules/recharges/recharges.module';
import { RoutesModule } from './modules/routes/routes.module';
import { SearchModule } from './modules/search/search.module';
import { StationsModule } from './modules/stations/stations.module';
import { TapsModule } from './modules/taps/taps.module';
import { TripsModule } from './modules/trips/trips.module';
import { UsersModule } from './modules/users/users.module';
import { ValidatorsModule } from './modules/validators/validators.module';
import { VehiclesModule } from './modules/vehicles/vehicles.module';

/** Where the service finds its database. */
export interface DatabaseLocation {
  readonly url: string;
}

/** The whole service, and everything that holds for all of it. */
@Module({})
export class AppModule {
  static forRoot(
    config: AppConfig,
    database: DatabaseLocation,
    durations = new RequestDurations(),
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DiscoveryModule,
        ConfigModule.forRoot(config),
        PostgresModule.forRoot(config, database.url),
        CacheModule.forRoot(database.url),
        MetricsModule.forRoot(durations),
        AccessModule,
        AuditModule,
        WritesModule,
        UsersModule,
        PersonalDataModule,
        CardsModule,
        RechargesModule,
        TripsModule,
        ValidatorsModule,
        TapsModule,
        HotlistModule,
        FinanceModule,
        ActivityModule,
        StationsModule,
        RoutesModule,
        ArrivalsModule,
        AlertsModule,
        VehiclesModule,
        NetworkModule,
        RechargePointsModule,
        SearchModule,
        ProofsModule,
        InstancesModule,
        AuditTrailModule,
        MaintenanceModule,
        CacheOperationsModule,
        AccessKeysModule,
        HealthModule,
        ServiceMetricsModule,
        DocumentationModule,
        ConsoleModule,
      ],
      providers: [
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
