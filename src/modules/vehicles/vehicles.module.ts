import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { RoutesModule } from '../routes/routes.module';
import { Vehicle } from './vehicle.entity';
import { VehiclePositionsController } from './vehicle-positions.controller';
import { VehiclePositionsRepository } from './vehicle-positions.repository';
import { VehiclePositionsService } from './vehicle-positions.service';
import { VehiclesController } from './vehicles.controller';
import { VehiclesRepository } from './vehicles.repository';
import { VehiclesService } from './vehicles.service';

@Module({
  imports: [TypeOrmModule.forFeature([Vehicle]), RoutesModule],
  controllers: [VehiclesController, VehiclePositionsController],
  providers: [VehiclesService, VehiclesRepository, VehiclePositionsService, VehiclePositionsRepository],
  exports: [VehiclesRepository],
})
export class VehiclesModule {}
