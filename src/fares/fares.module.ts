import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FaresService } from './fares.service';
import { Tariff } from './rules/tariff.entity';

/** What a boarding costs. */
@Module({
  imports: [TypeOrmModule.forFeature([Tariff])],
  providers: [FaresService],
  exports: [FaresService],
})
export class FaresModule {}
