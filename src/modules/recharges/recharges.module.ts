import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CardsModule } from '../cards/cards.module';
import { LedgerModule } from '../ledger/ledger.module';
import { UsersModule } from '../users/users.module';
import { CardRechargesController } from './card-recharges.controller';
import { Recharge } from './recharge.entity';
import { RechargesController } from './recharges.controller';
import { RechargesRepository } from './recharges.repository';
import { RechargesService } from './recharges.service';
import { UserRechargesController } from './user-recharges.controller';
import { rechargeFacts } from './recharge-facts';

@Module({
  imports: [TypeOrmModule.forFeature([Recharge]), LedgerModule, UsersModule, CardsModule],
  controllers: [RechargesController, CardRechargesController, UserRechargesController],
  providers: [rechargeFacts, RechargesService, RechargesRepository],
})
export class RechargesModule {}
