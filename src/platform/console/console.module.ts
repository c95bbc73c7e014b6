import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller';

/** The web application, as the build has made it. */
@Module({ controllers: [ConsoleController] })
export class ConsoleModule {}
