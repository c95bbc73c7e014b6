import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CardsModule } from '../cards/cards.module';
import { FaresModule } from '../fares/fares.module';
import { LedgerModule } from '../ledger/ledger.module';
import { BoardingsRepository } from './boardings.repository';
import { SimulationService } from './simulation.service';
import { Trip } from './trip.entity';
import { TripsController } from './trips.controller';
import { TripsRepository } from './trips.repository';
import { TripsService } from './trips.service';

@Module({
  imports: [TypeOrmModule.forFeature([Trip]), CardsModule, FaresModule, LedgerModule],
  controllers: [TripsController],
  providers: [TripsService, TripsRepository, BoardingsRepository, SimulationService],
})
export class TripsModule {}
