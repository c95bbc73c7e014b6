import { Injectable } from '@nestjs/common';

/** The one source of time: business rules ask it, so that tests can say when they are. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
