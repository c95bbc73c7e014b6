import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RoutesModule } from '../routes/routes.module';
import { StationsModule } from '../stations/stations.module';
import { VehiclesModule } from '../vehicles/vehicles.module';
import { Arrival } from './arrival.entity';
import { ArrivalsController } from './arrivals.controller';
import { ArrivalsRepository } from './arrivals.repository';
import { ArrivalsService } from './arrivals.service';
import { StationArrivalsController } from './station-arrivals.controller';

@Module({
  imports: [TypeOrmModule.forFeature([Arrival]), RoutesModule, StationsModule, VehiclesModule],
  controllers: [ArrivalsController, StationArrivalsController],
  providers: [ArrivalsService, ArrivalsRepository],
})
export class ArrivalsModule {}
