import { untrack } from 'svelte';
import { call } from '../../api/call';
import type { ServerEvent } from '../../api/event-frames';
import { session } from '../../api/session.svelte';
import { momentOf } from './frames';
import { events, type EventStream } from '../../lib/events.svelte';
import { type Resource, resource } from '../../lib/resource.svelte';
import type {
  ActiveAlerts,
  ActivityByMinute,
  ActivityByStation,
  LastPositions,
  LateValidators,
  NetworkDocument,
} from '../../api/schema';

const MINUTE_MS = 60_000;
/** How often it is looked whether something has to be asked for again. */
const TICK_MS = 1_000;
/** While events come, figures are asked for again soon after something happened, and otherwise seldom. */
const SOON_MS = 5_000;
const SELDOM_MS = 30_000;
const NETWORK_MS = 600_000;
/** The longest span that the service tells by minutes, without the present one. */
const MOST_MINUTES = 1_439;

/** What happened since the figures of the minutes were asked for. */
export interface Since {
  readonly boardings: number;
  readonly recharges: number;
  readonly recharged: number;
  readonly refusals: number;
}

const NOTHING: Since = { boardings: 0, recharges: 0, recharged: 0, refusals: 0 };

/** What the city does now. Figures are those of the service; events say when they changed, and by how much until the next answer. */
export class LiveCity {
  readonly network: Resource<NetworkDocument>;
  readonly positions: Resource<LastPositions>;
  readonly alerts: Resource<ActiveAlerts>;
  readonly validators: Resource<LateValidators>;
  readonly minutes: Resource<ActivityByMinute>;
  readonly stations: Resource<ActivityByStation>;
  readonly stream: EventStream;
  since: Since = $state.raw(NOTHING);
  /** Where somebody boarded in the last second that had boardings. */
  boarded: readonly number[] = $state.raw([]);
  isDatabaseAway = $state(false);
  private hasChanged = false;

  /**
   * @param range how many minutes are shown.
   * @param isPaused what is shown stays as it is.
   */
  constructor(range: () => number, isPaused: () => boolean) {
    this.network = resource((signal) => call('GET /network', {}, { signal }));
    this.positions = resource((signal) => call('GET /vehicles/positions', {}, { signal }));
    this.alerts = resource((signal) => call('GET /alerts', {}, { signal }));
    this.validators = resource((signal) =>
      session.may('validators:read') ? call('GET /validators/late', {}, { signal }) : null,
    );
    this.minutes = resource((signal) => {
      if (!session.may('totals:read')) return null;
      return call('GET /activity/minutes', { query: spanOf(range()) }, { signal });
    });
    this.stations = resource((signal) =>
      session.may('totals:read') ? call('GET /activity/stations', {}, { signal }) : null,
    );
    this.stream = events(
      () => (isPaused() ? null : watchable()),
      (event) => this.take(event),
    );
    $effect(() => {
      if (this.minutes.value) this.since = NOTHING;
    });
    $effect(() => {
      if (isPaused()) return;
      untrack(() => this.wake());
      const timer = setInterval(() => this.tick(), TICK_MS);
      return () => clearInterval(timer);
    });
  }

  /** Whether what is shown is not what the service would say now. */
  get isStale(): boolean {
    return [this.positions, this.alerts, this.validators, this.minutes, this.stations].some(
      ({ value, failure }) => value !== null && failure !== null,
    );
  }

  /** After a pause everything is asked for at once. */
  private wake(): void {
    for (const each of [this.positions, this.alerts, this.validators, this.minutes, this.stations])
      if (each.value !== null && !each.isLoading) void each.reload();
  }

  private tick(): void {
    const { state } = this.stream;
    const isLive = state === 'live';
    const isMinuteOver =
      Math.floor(Date.now() / MINUTE_MS) !== Math.floor((this.minutes.at ?? 0) / MINUTE_MS);
    const figuresMs = !isLive || this.hasChanged || isMinuteOver ? SOON_MS : SELDOM_MS;
    if (isDue(this.minutes, figuresMs)) {
      this.hasChanged = false;
      void this.minutes.reload();
      void this.stations.reload();
    }
    if (isDue(this.positions, SOON_MS)) void this.positions.reload();
    if (isDue(this.alerts, isLive ? 2 * SELDOM_MS : SELDOM_MS)) void this.alerts.reload();
    if (isDue(this.validators, SELDOM_MS)) void this.validators.reload();
    if (isDue(this.network, NETWORK_MS)) void this.network.reload();
  }

  private take({ type, data }: ServerEvent): void {
    if (type === 'figures') this.add(data as Since);
    else if (type === 'boardings') {
      const { boardings } = data as { boardings: readonly { station_id: number }[] };
      this.boarded = boardings.map(({ station_id: id }) => id);
    } else if (type === 'alerts') void this.alerts.reload();
    else if (type === 'database') this.isDatabaseAway = (data as { away: boolean }).away;
    else if (type === 'hello' || type === 'skipped') this.hasChanged = true;
  }

  private add(figures: Since): void {
    const { boardings, recharges, recharged, refusals } = figures;
    if (boardings + recharges + refusals === 0) return;
    this.hasChanged = true;
    this.since = {
      boardings: this.since.boardings + boardings,
      recharges: this.since.recharges + recharges,
      recharged: this.since.recharged + recharged,
      refusals: this.since.refusals + refusals,
    };
  }
}

/** The first 60 minutes are the service's own choice, by its own clock. */
function spanOf(minutes: number): { from?: string } {
  if (minutes === 60) return {};
  const present = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  return { from: momentOf(present - Math.min(minutes, MOST_MINUTES) * MINUTE_MS) };
}

/** The events that this caller may see; null if there are none. */
function watchable(): { types: string } | null {
  if (!session.may('events:read')) return null;
  const types = [
    ...(session.may('totals:read') ? ['figures', 'boardings'] : []),
    ...(session.may('network:read') ? ['alerts'] : []),
  ];
  return types.length > 0 ? { types: types.join(',') } : null;
}

/** What failed is tried again by itself. */
function isDue({ at, isLoading, failure }: Resource<unknown>, everyMs: number): boolean {
  return at !== null && !isLoading && failure === null && Date.now() - at >= everyMs;
}
