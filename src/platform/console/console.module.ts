import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller';
import { SessionController } from './session.controller';
import { SignInController } from './sign-in/sign-in.controller';
import { SignInService } from './sign-in/sign-in.service';

/** The web application, as the build has made it, and how people sign in there. */
// The page comes last: it is every other path below /console.
@Module({
  controllers: [SessionController, SignInController, ConsoleController],
  providers: [SignInService],
})
export class ConsoleModule {}
