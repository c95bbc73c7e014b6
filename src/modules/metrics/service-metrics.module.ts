import { Module } from '@nestjs/common';
import { HealthModule } from '../../platform/health/health.module';
import { InstancesModule } from '../instances/instances.module';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { FiguresRepository } from './figures.repository';
import { LatestFigures } from './latest-figures';
import { MetricsController } from './metrics.controller';
import { ServiceMetrics } from './service-metrics';

@Module({
  imports: [HealthModule, InstancesModule, MaintenanceModule],
  controllers: [MetricsController],
  providers: [ServiceMetrics, FiguresRepository, LatestFigures],
})
export class ServiceMetricsModule {}
