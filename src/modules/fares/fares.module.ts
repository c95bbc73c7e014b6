import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FareRulesController } from './fare-rules.controller';
import { FareRulesService } from './fare-rules.service';
import { FaresRepository } from './fares.repository';
import { FaresService } from './fares.service';
import { PricesController } from './prices.controller';
import { PricesService } from './prices.service';
import { Concession } from './rules/concession.entity';
import { FareLimit } from './rules/fare-limit.entity';
import { Tariff } from './rules/tariff.entity';
import { TransferPrice } from './rules/transfer-price.entity';
import { TransferRule } from './rules/transfer-rule.entity';

/** Decides what a boarding costs and why: dated fare rules, and the engine that applies them. */
@Module({
  imports: [TypeOrmModule.forFeature([Tariff, TransferRule, TransferPrice, Concession, FareLimit])],
  controllers: [FareRulesController, PricesController],
  providers: [FaresService, FareRulesService, PricesService, FaresRepository],
  exports: [FaresService],
})
export class FaresModule {}
