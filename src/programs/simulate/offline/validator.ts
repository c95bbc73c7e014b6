import type { Dice } from '../../../common/dice';
import type { ReportedTap } from '../../../modules/taps/dto/tap-requests.dto';
import type { TapResults } from '../../../modules/taps/dto/tap-responses.dto';
import type { ValidatorResponse } from '../../../modules/validators/dto/validators.dto';
import type { ServiceClient } from '../../service-traffic/service-client';
import type { HotlistCopy } from './hotlist-copy';
import type { TapCounts } from './tap-counts';

/** A tap in the memory of a validator. */
interface KeptTap {
  readonly tap: ReportedTap;
  readonly at: number;
}

/** What a rider shows to a validator. */
export interface ShownCard {
  readonly card_number: string;
  readonly route_id: number;
  readonly station_id: number;
}

const MOST_IN_BATCH = 100;
const TRIES = 3;
/** The answer to one batch in so many is lost on its way, so that it is sent again. */
const LOST_ANSWERS = 0.1;

/** A device of the service that decides by itself while it has no connection, and reports later. */
export class Validator {
  isAway = false;
  private sequence: number;
  private memory: KeptTap[] = [];
  private reporting: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: ServiceClient,
    private readonly counts: TapCounts,
    /** Decides which answers are lost. */
    private readonly dice: Dice,
    readonly device: ValidatorResponse,
    private hotlist: HotlistCopy,
  ) {
    // Its numbers go on after the last one that the service knows.
    this.sequence = device.highest_sequence;
  }

  get isInVehicle(): boolean {
    return this.device.vehicle_id !== null;
  }

  /** The list as it is when the connection is lost is the last one that it gets. */
  goAway(newest: Promise<HotlistCopy>): void {
    this.isAway = true;
    void newest.then((copy) => (this.hotlist = copy)).catch(() => undefined);
  }

  /** Decides about a card without asking anybody; whether its rider may go in. */
  letIn(shown: ShownCard): boolean {
    const isAccepted = !this.hotlist.has(shown.card_number);
    this.keep('entry', shown, isAccepted ? 'accepted' : 'refused');
    this.counts[isAccepted ? 'accepted' : 'refused'] += 1;
    return isAccepted;
  }

  /** Who is in gets out. A device that is connected reports it at once. */
  letOut(shown: ShownCard): void {
    this.keep('exit', shown, 'accepted');
    this.counts.exits += 1;
    if (!this.isAway) void this.report();
  }

  /** Is connected again: it reports what it has in its memory, and asks for what changed of the hotlist. */
  comeBack(): void {
    this.isAway = false;
    this.reporting = this.report().then(async () => {
      this.hotlist = await this.hotlist.refreshed(this.client);
      if (!this.hotlist.isRight) this.counts.wrongHotlists += 1;
    });
    this.reporting.catch(() => undefined);
  }

  async waitUntilReported(): Promise<void> {
    await this.reporting;
  }

  private keep(kind: ReportedTap['kind'], shown: ShownCard, decision: ReportedTap['decision']): void {
    this.sequence += 1;
    const now = Date.now();
    const tapped_at = new Date(now).toISOString();
    const { version: hotlist_version } = this.hotlist;
    const route = kind === 'entry' ? { route_id: shown.route_id } : {};
    const { card_number, station_id } = shown;
    const tap = {
      sequence: this.sequence,
      kind,
      card_number,
      station_id,
      ...route,
      tapped_at,
      decision,
      hotlist_version,
    };
    this.memory.push({ tap, at: now });
  }

  /** One batch after the other. */
  private report(): Promise<void> {
    this.reporting = this.reporting.then(async () => {
      while (!this.isAway && this.memory.length > 0) {
        const batch = this.memory.splice(0, MOST_IN_BATCH);
        if (!(await this.sendUntilTaken(batch))) return;
      }
    });
    // A failure is thrown where the promise is awaited.
    this.reporting.catch(() => undefined);
    return this.reporting;
  }

  /** Whether the service has taken it. What it did not take stays counted as a failure. */
  private async sendUntilTaken(batch: readonly KeptTap[]): Promise<boolean> {
    let isLost = this.dice.chance(LOST_ANSWERS);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const isTaken = await this.send(batch);
      if (isTaken && !isLost) return true;
      if (isTaken) this.counts.repeatedBatches += 1;
      isLost = false;
    }
    return false;
  }

  private async send(batch: readonly KeptTap[]): Promise<boolean> {
    const now = Date.now();
    const answer = await this.client.send<TapResults>('report', 'POST', '/taps', {
      validator_id: this.device.validator_id,
      sent_at: new Date(now).toISOString(),
      taps: batch.map(({ tap }) => tap),
    });
    if (!answer?.ok) return false;
    this.counts.batches += 1;
    answer.body.results.forEach((result, n) => this.counts.add(result, now - (batch[n]?.at ?? now)));
    return true;
  }
}
