import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CardsModule } from '../cards/cards.module';
import { DeviceListsModule } from '../device-lists/device-lists.module';
import { LedgerModule } from '../ledger/ledger.module';
import { UsersModule } from '../users/users.module';
import { ActionsController } from './loads/actions.controller';
import { ActionsRepository } from './loads/actions.repository';
import { ActionsService } from './loads/actions.service';
import { ActionsUpkeep } from './loads/actions-upkeep';
import { CardRechargesController } from './card-recharges.controller';
import { Recharge } from './recharge.entity';
import { RechargesController } from './recharges.controller';
import { RechargesRepository } from './recharges.repository';
import { RechargesService } from './recharges.service';
import { UserRechargesController } from './user-recharges.controller';
import { rechargeFacts } from './recharge-facts';

@Module({
  imports: [TypeOrmModule.forFeature([Recharge]), LedgerModule, UsersModule, CardsModule, DeviceListsModule],
  controllers: [RechargesController, CardRechargesController, UserRechargesController, ActionsController],
  providers: [
    rechargeFacts,
    RechargesService,
    RechargesRepository,
    ActionsService,
    ActionsRepository,
    ActionsUpkeep,
  ],
})
export class RechargesModule {}
