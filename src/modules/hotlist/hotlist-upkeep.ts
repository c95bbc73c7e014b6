import { Injectable, Logger, OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { FailureLog } from '../../common/program/failure-log';
import { evictions } from '../../platform/cache/evictions';
import { AppConfig } from '../../platform/config/app-config';
import { requestOfService } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { DeviceLists } from '../device-lists/device-lists.service';
import { DeviceListsRepository } from '../device-lists/device-lists.repository';
import { Chore } from '../maintenance/chore';

const INTERVAL_MS = 60_000;

/** Makes the hotlist by the setting of this process, numbers what no reader has numbered, and forgets who left long ago. */
@Injectable()
export class HotlistUpkeep implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly failures = new FailureLog(
    new Logger(HotlistUpkeep.name),
    'the hotlist is not kept up, which is tried again',
  );
  private readonly stopping = new AbortController();
  private chore: Chore | null = null;
  private hasClaimed = false;

  constructor(
    private readonly lists: DeviceLists,
    private readonly repository: DeviceListsRepository,
    private readonly writes: Writes,
    private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.chore = new Chore(INTERVAL_MS, () => this.failures.attempt(() => this.run()));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.chore?.stop();
  }

  private async run(): Promise<void> {
    await this.claim();
    await this.lists.tidy(this.stopping.signal);
  }

  /**
   * The database knows which debt is tolerated, so that all processes make the same list. A process changes it once, when it starts, so
   * that two with different settings do not change it all the time.
   */
  private async claim(): Promise<void> {
    if (this.hasClaimed) return;
    const wanted = this.config.get('HOTLIST_DEBT');
    if ((await this.repository.findTolerance()) !== wanted) {
      const options = { evicts: evictions.hotlistMade, request: requestOfService('HOTLIST_DEBT') };
      await this.writes.run(options, (manager) => ({
        response: null,
        touches: null,
        audit: { object: { kind: 'hotlist', id: null }, changes: { HOTLIST_DEBT: wanted } },
        change: () => this.repository.setTolerance(manager, wanted),
      }));
    }
    this.hasClaimed = true;
  }
}
