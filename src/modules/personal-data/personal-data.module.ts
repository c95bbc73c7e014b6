import { Module } from '@nestjs/common';
import { CardsModule } from '../cards/cards.module';
import { LedgerModule } from '../ledger/ledger.module';
import { UsersModule } from '../users/users.module';
import { ErasureRepository } from './erasure.repository';
import { ErasureService } from './erasure.service';
import { ExportRepository } from './export.repository';
import { ExportService } from './export.service';
import { PersonalDataController } from './personal-data.controller';

/** What is held on a rider: how it is handed over, and how it is forgotten. */
@Module({
  imports: [UsersModule, CardsModule, LedgerModule],
  controllers: [PersonalDataController],
  providers: [ErasureService, ErasureRepository, ExportService, ExportRepository],
})
export class PersonalDataModule {}
