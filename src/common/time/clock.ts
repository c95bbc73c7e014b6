import { Injectable } from '@nestjs/common';

/** The one source of time. Business rules ask it, so that a test can set the time. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** Returns the present time, but never a time before `moment`: a clock can be set back, and two machines differ. */
  nowAfter(moment: Date): Date {
    const now = this.now();
    return now < moment ? moment : now;
  }
}
