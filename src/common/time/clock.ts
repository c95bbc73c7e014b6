import { Injectable } from '@nestjs/common';

/** The one source of time: business rules ask it, so that tests can say when they are. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Now, but no earlier than what came before: clocks are set back, and those of two machines differ. */
  nowAfter(moment: Date): Date {
    const now = this.now();
    return now < moment ? moment : now;
  }
}
