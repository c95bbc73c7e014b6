import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Posting } from '../ledger/posting.entity';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { FinanceController } from './finance.controller';
import { FinanceRepository } from './finance.repository';
import { FinanceService } from './finance.service';
import { SeriesRepository } from './series/series.repository';
import { SeriesService } from './series/series.service';

@Module({
  imports: [TypeOrmModule.forFeature([Posting]), MaintenanceModule],
  controllers: [FinanceController],
  providers: [FinanceService, FinanceRepository, SeriesService, SeriesRepository],
})
export class FinanceModule {}
