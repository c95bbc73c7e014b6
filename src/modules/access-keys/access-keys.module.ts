import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller';
import { AccessKeysService } from './access-keys.service';
import { CallerController } from './caller.controller';
import { CallerService } from './caller.service';

/** Makes and revokes the keys of callers, and says to callers who they are. */
@Module({
  controllers: [AccessKeysController, CallerController],
  providers: [AccessKeysService, CallerService],
})
export class AccessKeysModule {}
