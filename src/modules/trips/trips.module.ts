import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CardsModule } from '../cards/cards.module';
import { FaresModule } from '../fares/fares.module';
import { LedgerModule } from '../ledger/ledger.module';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { BoardingFares } from './boarding-fares.service';
import { BoardingsRepository } from './boardings.repository';
import { FareQuotesController } from './fare-quotes.controller';
import { FareQuotesService } from './fare-quotes.service';
import { JourneysRepository } from './journeys.repository';
import { RepricingController } from './repricing/repricing.controller';
import { RepricingRepository } from './repricing/repricing.repository';
import { RepricingService } from './repricing/repricing.service';
import { RideablesRepository } from './rideables.repository';
import { SimulationService } from './simulation.service';
import { Trip } from './trip.entity';
import { TripsController } from './trips.controller';
import { TripsRepository } from './trips.repository';
import { TripsService } from './trips.service';
import { tripFacts } from './trip-facts';

@Module({
  imports: [TypeOrmModule.forFeature([Trip]), CardsModule, FaresModule, LedgerModule, MaintenanceModule],
  controllers: [TripsController, FareQuotesController, RepricingController],
  providers: [
    tripFacts,
    TripsService,
    TripsRepository,
    BoardingFares,
    BoardingsRepository,
    JourneysRepository,
    FareQuotesService,
    RideablesRepository,
    RepricingService,
    RepricingRepository,
    SimulationService,
  ],
  exports: [TripsRepository, JourneysRepository],
})
export class TripsModule {}
