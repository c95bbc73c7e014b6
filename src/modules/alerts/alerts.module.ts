import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RoutesModule } from '../routes/routes.module';
import { StationsModule } from '../stations/stations.module';
import { Alert } from './alert.entity';
import { AlertsController } from './alerts.controller';
import { AlertsRepository } from './alerts.repository';
import { AlertsService } from './alerts.service';
import { StationAlertsController } from './station-alerts.controller';
import { SystemAlertsController } from './system-alerts.controller';

@Module({
  imports: [TypeOrmModule.forFeature([Alert]), RoutesModule, StationsModule],
  controllers: [AlertsController, StationAlertsController, SystemAlertsController],
  providers: [AlertsService, AlertsRepository],
})
export class AlertsModule {}
