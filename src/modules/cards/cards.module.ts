import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { FaresModule } from '../fares/fares.module';
import { LedgerModule } from '../ledger/ledger.module';
import { UsersModule } from '../users/users.module';
import { Card } from './card.entity';
import { CardsController } from './cards.controller';
import { CardsRepository } from './cards.repository';
import { CardsService } from './cards.service';
import { UserCardsController } from './user-cards.controller';
import { cardFacts } from './card-facts';

@Module({
  imports: [TypeOrmModule.forFeature([Card]), FaresModule, LedgerModule, UsersModule],
  controllers: [CardsController, UserCardsController],
  providers: [cardFacts, CardsService, CardsRepository],
  exports: [CardsRepository],
})
export class CardsModule {}
