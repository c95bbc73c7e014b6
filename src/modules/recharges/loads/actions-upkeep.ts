import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { FailureLog } from '../../../common/program/failure-log';
import { Clock } from '../../../common/time/clock';
import { requestOfService } from '../../../platform/writes/write-request';
import { Chore } from '../../maintenance/chore';
import { NotWaitingError, RechargesService } from '../recharges.service';
import { ActionsRepository } from './actions.repository';

const INTERVAL_MS = 60_000;
/** How many go back in one run. */
const MOST = 200;
const REASON = 'not collected in time';

/**
 * Gives back the money of actions that nobody has collected in time. Several processes may try: each takes the card's lock and looks
 * again, so the money goes back once.
 */
@Injectable()
export class ActionsUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly failures = new FailureLog(
    new Logger(ActionsUpkeep.name),
    'expired actions do not go back, which is tried again',
  );
  private readonly stopping = new AbortController();
  private chore: Chore | null = null;

  constructor(
    private readonly actions: ActionsRepository,
    private readonly recharges: RechargesService,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.chore = new Chore(INTERVAL_MS, () => this.failures.attempt(() => this.run()));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.chore?.stop();
  }

  private async run(): Promise<void> {
    for (const actionId of await this.actions.findExpired(this.clock.now(), MOST)) {
      if (this.stopping.signal.aborted) return;
      await this.giveBack(actionId);
    }
  }

  private async giveBack(actionId: number): Promise<void> {
    try {
      await this.recharges.reverseUncollected(actionId, REASON, requestOfService('ACTION_DAYS'));
    } catch (error) {
      // Another process was faster, or a validator.
      if (!(error instanceof NotWaitingError)) throw error;
    }
  }
}
