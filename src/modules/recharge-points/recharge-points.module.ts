import { Module } from '@nestjs/common';
import { RechargePointsController } from './recharge-points.controller';
import { RechargePointsRepository } from './recharge-points.repository';
import { RechargePointsService } from './recharge-points.service';

@Module({
  controllers: [RechargePointsController],
  providers: [RechargePointsService, RechargePointsRepository],
})
export class RechargePointsModule {}
