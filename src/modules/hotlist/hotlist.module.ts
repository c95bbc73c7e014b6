import { Module } from '@nestjs/common';
import { DeviceListsModule } from '../device-lists/device-lists.module';
import { HotlistController } from './hotlist.controller';
import { HotlistUpkeep } from './hotlist-upkeep';

@Module({
  imports: [DeviceListsModule],
  controllers: [HotlistController],
  providers: [HotlistUpkeep],
})
export class HotlistModule {}
