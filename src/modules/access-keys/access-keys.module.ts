import { Module } from '@nestjs/common';
import { AccessKeysController } from './access-keys.controller';
import { AccessKeysService } from './access-keys.service';

/** Making and taking back the keys of those who may call. */
@Module({ controllers: [AccessKeysController], providers: [AccessKeysService] })
export class AccessKeysModule {}
