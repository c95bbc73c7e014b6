import { Module } from '@nestjs/common';
import { CardsModule } from '../cards/cards.module';
import { FaresModule } from '../fares/fares.module';
import { LedgerModule } from '../ledger/ledger.module';
import { TripsModule } from '../trips/trips.module';
import { ValidatorsModule } from '../validators/validators.module';
import { SuspenseService } from './suspense.service';
import { TapRating } from './tap-rating.service';
import { TapsController } from './taps.controller';
import { TapsRepository } from './taps.repository';
import { TapsService } from './taps.service';

/** What devices report that decide by themselves. */
@Module({
  imports: [CardsModule, FaresModule, LedgerModule, TripsModule, ValidatorsModule],
  controllers: [TapsController],
  providers: [TapsService, SuspenseService, TapRating, TapsRepository],
})
export class TapsModule {}
