import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/time/clock';
import { JointQuestions } from '../../platform/access/joint-questions';
import { AppConfig } from '../../platform/config/app-config';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import { DEVICE_LISTS, type DeviceList, type ListChanges } from './device-list';
import { DeviceListsRepository, type ListState } from './device-lists.repository';
import { checksumText } from './list-checksum';

/** Above it the whole list is sent, which is kept ready. */
const MOST_CHANGES = 5_000;
const DAY_MS = 86_400_000;

/** @property state what it is at least as new as. */
interface WholeList {
  readonly state: ListState;
  readonly loading: Promise<ListChanges>;
}

/** Lists that validators keep a copy of. A change that was acknowledged is in every answer to a request that begins later. */
@Injectable()
export class DeviceLists {
  /** The content of a version never changes, so the whole list at the last one that was asked for needs no eviction. */
  private readonly whole = new Map<DeviceList, WholeList>();
  /** However many readers meet what has no version yet, one of them numbers it, on one connection. */
  private readonly numbering = new JointQuestions<null>(async (lists) => {
    for (const list of lists) await this.repository.number(list as DeviceList, this.clock.now());
    return lists.map(() => null);
  }, DEVICE_LISTS.length);

  constructor(
    private readonly repository: DeviceListsRepository,
    private readonly unanswered: UnansweredCommits,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * Returns what brings a copy of a list up to date: what changed after a version, or the whole list if that is not known any more.
   *
   * @param since the version of the copy; null if there is none.
   */
  async read(list: DeviceList, since: number | null): Promise<ListChanges> {
    let found = await this.repository.findChanges(list, since, MOST_CHANGES);
    if (found.isBehind) {
      await this.number(list);
      found = await this.repository.findChanges(list, since, MOST_CHANGES);
    }
    const { version, checksum, add, remove } = found;
    if (!add || !remove) return this.wholeOf(list, found);
    return { version, full: false, add, remove, checksum: checksumText(BigInt(checksum)) };
  }

  /** The version of a list, with everything that was acknowledged. */
  async versionOf(list: DeviceList): Promise<number> {
    const found = await this.repository.findState(list);
    if (!found.isBehind) return found.version;
    await this.number(list);
    return (await this.repository.findState(list)).version;
  }

  /** Numbers what was noted, and forgets who left long ago. */
  async tidy(stopping: AbortSignal): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.config.get('HOTLIST_KEEP_DAYS') * DAY_MS);
    for (const list of DEVICE_LISTS) {
      await this.number(list);
      while (!stopping.aborted && (await this.repository.forget(list, before)));
    }
  }

  /** Nobody waits for a COMMIT that is not answered, since then nothing is acknowledged either. */
  private async number(list: DeviceList): Promise<void> {
    this.unanswered.requireFew();
    await this.numbering.ask(list);
  }

  private wholeOf(list: DeviceList, state: ListState): Promise<ListChanges> {
    const kept = this.whole.get(list);
    if (kept && isSame(kept.state, state)) return kept.loading;
    const loading = this.loadWhole(list);
    this.whole.set(list, { state, loading });
    loading.catch(() => this.whole.delete(list));
    return loading;
  }

  private async loadWhole(list: DeviceList): Promise<ListChanges> {
    const { version, checksum, members } = await this.repository.findAll(list);
    return { version, full: true, add: members, remove: [], checksum: checksumText(BigInt(checksum)) };
  }
}

/** After a failover another list may have the same version. */
function isSame(one: ListState, other: ListState): boolean {
  return one.version === other.version && one.checksum === other.checksum;
}
