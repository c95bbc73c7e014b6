import { Module } from '@nestjs/common';
import { InstancesController } from './instances.controller';
import { InstancesRepository } from './instances.repository';
import { InstancesService } from './instances.service';

@Module({
  controllers: [InstancesController],
  providers: [InstancesService, InstancesRepository],
  exports: [InstancesService],
})
export class InstancesModule {}
