import { Injectable, OnModuleDestroy } from '@nestjs/common';

/** Whether this process is about to stop: it still answers, and says that it should be sent nothing more. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private leaving = false;

  onModuleDestroy(): void {
    this.leave();
  }

  get isLeaving(): boolean {
    return this.leaving;
  }

  leave(): void {
    this.leaving = true;
  }
}
