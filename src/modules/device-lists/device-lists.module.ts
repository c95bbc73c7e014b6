import { Module } from '@nestjs/common';
import { DeviceListsRepository } from './device-lists.repository';
import { DeviceLists } from './device-lists.service';

/** Lists that validators keep a copy of. */
@Module({
  providers: [DeviceLists, DeviceListsRepository],
  exports: [DeviceLists, DeviceListsRepository],
})
export class DeviceListsModule {}
