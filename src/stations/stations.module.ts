import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Station } from './station.entity';
import { StationsController } from './stations.controller';
import { StationsRepository } from './stations.repository';
import { StationsService } from './stations.service';
import { SystemAlertsController } from './system-alerts.controller';

@Module({
  imports: [TypeOrmModule.forFeature([Station])],
  controllers: [StationsController, SystemAlertsController],
  providers: [StationsService, StationsRepository],
})
export class StationsModule {}
