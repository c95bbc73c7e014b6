import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LedgerModule } from '../ledger/ledger.module';
import { UsersModule } from '../users/users.module';
import { Card } from './card.entity';
import { CardsController } from './cards.controller';
import { CardsRepository } from './cards.repository';
import { CardsService } from './cards.service';
import { UserCardsController } from './user-cards.controller';

@Module({
  imports: [TypeOrmModule.forFeature([Card]), LedgerModule, UsersModule],
  controllers: [CardsController, UserCardsController],
  providers: [CardsService, CardsRepository],
  exports: [CardsRepository],
})
export class CardsModule {}
