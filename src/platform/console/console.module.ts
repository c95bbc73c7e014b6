import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller';
import { SessionController } from './session.controller';

/** The web application, as the build has made it. */
// The session comes first: every other path below /console is the page.
@Module({ controllers: [SessionController, ConsoleController] })
export class ConsoleModule {}
